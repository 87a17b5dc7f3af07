// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>The flows of one listener that no backend has answered yet, oldest first: they go first when room is needed. Reactor thread only.</summary>
internal sealed class UnansweredFlows
{
    private LinuxFlow? _newest;

    public LinuxFlow? Oldest { get; private set; }

    public void Add(LinuxFlow flow)
    {
        flow.Older = _newest;
        if (_newest is null)
        {
            Oldest = flow;
        }
        else
        {
            _newest.Newer = flow;
        }

        _newest = flow;
    }

    /// <summary>Takes a flow out; does nothing when it is not in the list.</summary>
    public void Remove(LinuxFlow flow)
    {
        if (flow.Older is null && flow.Newer is null && Oldest != flow)
        {
            return;
        }

        if (flow.Older is null)
        {
            Oldest = flow.Newer;
        }
        else
        {
            flow.Older.Newer = flow.Newer;
        }

        if (flow.Newer is null)
        {
            _newest = flow.Older;
        }
        else
        {
            flow.Newer.Older = flow.Older;
        }

        flow.Older = null;
        flow.Newer = null;
    }
}
