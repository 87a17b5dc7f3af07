// SPDX-License-Identifier: MIT
using System.Buffers;

namespace LbEngine.Connections;

/// <summary>What a client's first bytes have told that its backend is to hear, as fields of a PROXY header. Mutable; one owner.</summary>
/// <remarks>Holds memory only for a client that has told something, of a pool that asks for it.</remarks>
internal struct ToldFields
{
    private byte[]? _bytes;
    private int _length;

    public readonly ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Keeps a copy.</summary>
    public void Keep(ReadOnlySpan<byte> fields)
    {
        GiveBack();
        if (!fields.IsEmpty)
        {
            _bytes = ArrayPool<byte>.Shared.Rent(fields.Length);
            _length = fields.Length;
            fields.CopyTo(_bytes);
        }
    }

    /// <summary>Gives the memory back; again does nothing.</summary>
    public void GiveBack()
    {
        if (_bytes is byte[] bytes)
        {
            this = default;
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
