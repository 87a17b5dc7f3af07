// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>Copies of datagrams that may have to be sent once more. <see cref="FlowStory.KeepsFirst"/> bounds them. Owner only.</summary>
internal sealed class FirstDatagrams
{
    private readonly Stack<byte[]> _free = new();

    /// <summary>Copies that are out.</summary>
    public int Count { get; private set; }

    /// <summary>Copies a datagram of at most <see cref="FlowStory.MaxKeptBytes"/> bytes, and leaves <see cref="HeaderRoom"/> in front of it.</summary>
    public byte[] Keep(ReadOnlySpan<byte> datagram)
    {
        Count++;
        byte[] copy = _free.TryPop(out byte[]? used) ? used : GC.AllocateUninitializedArray<byte>(HeaderRoom.Bytes + FlowStory.MaxKeptBytes);
        datagram.CopyTo(copy.AsSpan(HeaderRoom.Bytes));
        return copy;
    }

    public void Give(byte[] copy)
    {
        Count--;
        _free.Push(copy);
    }
}
