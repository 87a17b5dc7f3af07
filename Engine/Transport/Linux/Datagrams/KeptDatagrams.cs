// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>Copies of first datagrams that no backend has answered yet. Reactor thread only; at most 6 MiB per reactor.</summary>
internal sealed class KeptDatagrams
{
    private readonly Stack<KeptDatagram> _free = new();

    /// <summary>Copies that are out.</summary>
    public int Count { get; private set; }

    /// <summary>Copies a datagram; <see cref="Lifecycle.FlowStory.KeepsFirst"/> says whether it may be.</summary>
    public KeptDatagram Keep(ReadOnlySpan<byte> payload)
    {
        Count++;
        KeptDatagram kept = _free.TryPop(out KeptDatagram? used) ? used : new KeptDatagram();
        kept.Keep(payload);
        return kept;
    }

    public void Return(KeptDatagram kept)
    {
        Count--;
        _free.Push(kept);
    }
}
