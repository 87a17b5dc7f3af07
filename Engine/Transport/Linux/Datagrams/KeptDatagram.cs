// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;

namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>A copy of one small datagram, pooled by <see cref="KeptDatagrams"/>.</summary>
internal sealed class KeptDatagram
{
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(FlowStory.MaxKeptBytes);
    private int _length;

    public ReadOnlySpan<byte> Payload
    {
        get => _bytes.AsSpan(0, _length);
        set
        {
            value.CopyTo(_bytes);
            _length = value.Length;
        }
    }
}
