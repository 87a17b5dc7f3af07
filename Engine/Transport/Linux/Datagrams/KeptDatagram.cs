// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>A copy of one small datagram, pooled by <see cref="KeptDatagrams"/>.</summary>
internal sealed class KeptDatagram
{
    /// <summary>Longer datagrams are not kept: what opens a protocol fits into one frame.</summary>
    public const int MaxLength = 1472;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(MaxLength);
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
