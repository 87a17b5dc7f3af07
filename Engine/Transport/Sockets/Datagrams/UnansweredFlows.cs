// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>The flows of a listener that their backends have never answered, oldest first; linked through the flows themselves. Owner only.</summary>
internal sealed class UnansweredFlows
{
    private SocketFlow? _newest;

    public SocketFlow? Oldest { get; private set; }

    public void Add(SocketFlow flow)
    {
        flow.PreviousUnanswered = _newest;
        if (_newest is null)
        {
            Oldest = flow;
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
