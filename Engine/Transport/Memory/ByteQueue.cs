// SPDX-License-Identifier: MIT
namespace LbEngine.Testing;

/// <summary>Bytes in order, in one piece of memory. A slice that was handed out stays as it was while bytes are only appended.</summary>
internal sealed class ByteQueue
{
    private const int KeptBytes = 64 * 1024;

    private byte[] _bytes = [];
    private int _start;
    private int _end;

    public int Count => _end - _start;

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(_start.._end);

    public ReadOnlySpan<byte> Span => Memory.Span;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_end + bytes.Length > _bytes.Length)
        {
            Move(bytes.Length);
        }

        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += bytes.Length;
    }

    public void Discard(int count)
    {
        _start += count;
        if (_start == _end)
        {
            Clear();
        }
    }

    public void Clear()
    {
        if (_bytes.Length > KeptBytes)
        {
            _bytes = [];
        }

        _start = 0;
        _end = 0;
    }

    private void Move(int room)
    {
        int count = Count;
        int needed = checked(count + room);

        // Only a queue that discards is moved in place, and nobody keeps slices of that.
        bool fits = _start > 0 && needed <= _bytes.Length;
        byte[] target = fits ? _bytes : new byte[Math.Max(256, Math.Max(needed, count * 2))];
        Span.CopyTo(target);
        _bytes = target;
        _start = 0;
        _end = count;
    }
}
