// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>The flows of a listener that their backends have never answered, oldest first; linked through the flows themselves. Owner only.</summary>
internal sealed class UnansweredFlows
{
    private SocketFlow? _newest;
    private long _since = long.MaxValue;

    public SocketFlow? Oldest { get; private set; }

    /// <summary>When the oldest began; <see cref="long.MaxValue"/> when there is none. Any thread.</summary>
    public long Since => Volatile.Read(ref _since);

    public void Add(SocketFlow flow)
    {
        flow.PreviousUnanswered = _newest;
        if (_newest is null)
        {
            Oldest = flow;
            Volatile.Write(ref _since, flow.AcceptedMilliseconds);
        }
        else
        {
            _newest.NextUnanswered = flow;
        }

        _newest = flow;
    }

    /// <summary>Does nothing to a flow that is not in the list.</summary>
    public void Remove(SocketFlow flow)
    {
        if (flow.PreviousUnanswered is null && !ReferenceEquals(Oldest, flow))
        {
            return;
        }

        if (flow.PreviousUnanswered is null)
        {
            Oldest = flow.NextUnanswered;
            Volatile.Write(ref _since, Oldest?.AcceptedMilliseconds ?? long.MaxValue);
        }
        else
        {
            flow.PreviousUnanswered.NextUnanswered = flow.NextUnanswered;
        }

        if (flow.NextUnanswered is null)
        {
            _newest = flow.PreviousUnanswered;
        }
        else
        {
            flow.NextUnanswered.PreviousUnanswered = flow.PreviousUnanswered;
        }

        flow.NextUnanswered = null;
        flow.PreviousUnanswered = null;
    }
}
