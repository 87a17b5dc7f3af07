// SPDX-License-Identifier: MIT
using System.Buffers;

namespace LbEngine.Inspection;

/// <summary>The first bytes of a client, for a transport that has to take them from the kernel to look at them. Mutable; one owner.</summary>
/// <remarks>Holds memory only from the first byte until the backend has taken the last one: a client that says nothing costs none.</remarks>
internal struct HeldBytes
{
    // Most clients say all that is needed in their first segment.
    private const int FirstSize = 4096;

    private byte[]? _buffer;
    private int _start;
    private int _end;

    /// <summary>True while there is memory to give back.</summary>
    public readonly bool HoldsMemory => _buffer is not null;

    /// <summary>What has come and was not skipped.</summary>
    public readonly ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(_start, _end - _start);

    /// <summary>Where more can be written; rents the memory when there is none yet. Empty once <see cref="InspectionResult.MostBytes"/> have come.</summary>
    public Memory<byte> Free
    {
        get
        {
            _buffer ??= ArrayPool<byte>.Shared.Rent(FirstSize);
            if (_end == _buffer.Length && _end < InspectionResult.MostBytes)
            {
                Grow();
            }

            return _buffer.AsMemory(_end, Math.Min(_buffer.Length, InspectionResult.MostBytes) - _end);
        }
    }

    private void Grow()
    {
        byte[] small = _buffer!;
        _buffer = ArrayPool<byte>.Shared.Rent(InspectionResult.MostBytes);
        small.CopyTo(_buffer, 0);
        ArrayPool<byte>.Shared.Return(small);
    }

    /// <summary>So many bytes were written to <see cref="Free"/>.</summary>
    public void Add(int count) => _end += count;

    /// <summary>Takes bytes away from the front.</summary>
    public void Skip(int count) => _start += count;

    /// <summary>Gives the memory back; again does nothing.</summary>
    public void GiveBack()
    {
        if (_buffer is byte[] buffer)
        {
            this = default;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
