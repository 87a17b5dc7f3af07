// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>Copies of first datagrams that no backend has answered yet. Reactor thread only; at most 6 MiB per reactor.</summary>
internal sealed class KeptDatagrams
{
    // Under a flood of forged clients nothing more is kept: those flows simply lose the second chance.
    private const int MaxKept = 4096;

    private readonly Stack<KeptDatagram> _free = new();

    /// <summary>Copies that are out.</summary>
    public int Count { get; private set; }

    /// <summary>Null when the datagram is too long, or too many are kept.</summary>
    public KeptDatagram? TryKeep(ReadOnlySpan<byte> payload)
    {
        if (payload.Length > KeptDatagram.MaxLength || Count == MaxKept)
        {
            return null;
        }

        Count++;
        KeptDatagram kept = _free.TryPop(out KeptDatagram? used) ? used : new KeptDatagram();
        kept.Payload = payload;
        return kept;
    }

    public void Return(KeptDatagram kept)
    {
        Count--;
        _free.Push(kept);
    }
}
