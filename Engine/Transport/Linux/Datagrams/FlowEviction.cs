// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;

namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>Makes room among the flows of one reactor. Reactor thread only.</summary>
internal sealed class FlowEviction
{
    private readonly FlowCloser _closer;
    private readonly RequestBatch _batch;
    private readonly List<DatagramListener> _listeners;

    public FlowEviction(FlowCloser closer, RequestBatch batch, List<DatagramListener> listeners)
    {
        _closer = closer;
        _batch = batch;
        _listeners = listeners;
    }

    /// <summary>Ends the oldest flow that was never answered: of a listener, or of any when null. False when there is none.</summary>
    public bool TryEvictUnanswered(Listener? listener)
    {
        LinuxFlow? victim = FindVictim(listener);
        if (victim is null)
        {
            // Perhaps all of them have datagrams in the batch that is being worked on.
            _batch.Flush();
            victim = FindVictim(listener);
        }

        if (victim is null)
        {
            return false;
        }

        _closer.End(victim, CloseReason.Evicted);
        return true;
    }

    /// <summary>The oldest flow that was never answered and has nothing pending. Bounded: at most one batch of flows is passed over.</summary>
    private LinuxFlow? FindVictim(Listener? listener)
    {
        LinuxFlow? oldest = null;
        foreach (DatagramListener entrance in _listeners)
        {
            if (listener is not null && entrance.Listener != listener)
            {
                continue;
            }

            LinuxFlow? candidate = entrance.Unanswered.Oldest;
            while (candidate is { FirstPending: >= 0 })
            {
                candidate = candidate.Newer;
            }

            if (candidate is not null && (oldest is null || candidate.AcceptedMilliseconds < oldest.AcceptedMilliseconds))
            {
                oldest = candidate;
            }
        }

        return oldest;
    }
}
