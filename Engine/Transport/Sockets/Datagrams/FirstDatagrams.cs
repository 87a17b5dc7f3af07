// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>Copies of datagrams that may have to be sent once more. Bounded: beyond it none is kept. Owner only.</summary>
internal sealed class FirstDatagrams
{
    /// <summary>Longer ones are not kept: what asks and may be asked again fits into one frame.</summary>
    private const int MaxLength = 1500;

    /// <summary>6 MB when all are in use.</summary>
    private const int MaxCount = 4096;

    private readonly Stack<byte[]> _free = new();
    private int _made;

    /// <summary>Copies the datagram; null when it is too long, or when too many are kept already.</summary>
    public byte[]? TryKeep(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length > MaxLength)
        {
            return null;
        }

        if (!_free.TryPop(out byte[]? copy))
        {
            if (_made == MaxCount)
            {
                return null;
            }

            _made++;
            copy = GC.AllocateUninitializedArray<byte>(MaxLength);
        }

        datagram.CopyTo(copy);
        return copy;
    }

    public void Give(byte[] copy) => _free.Push(copy);
}
