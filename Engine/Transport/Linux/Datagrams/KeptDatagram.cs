// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;

namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>A copy of one small datagram, pooled by <see cref="KeptDatagrams"/>.</summary>
internal sealed class KeptDatagram
{
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(HeaderRoom.Bytes + FlowStory.MaxKeptBytes);
    private int _length;

    /// <summary>The datagram, and <see cref="HeaderRoom"/> in front of it.</summary>
    public Span<byte> WithRoom => _bytes.AsSpan(0, HeaderRoom.Bytes + _length);

    /// <summary>Copies a datagram, in place of what was there.</summary>
    public void Keep(ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(_bytes.AsSpan(HeaderRoom.Bytes));
        _length = payload.Length;
    }
}
