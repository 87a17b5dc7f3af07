// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>The flows of one listener that no backend has answered yet, oldest first: they go first when room is needed. Reactor thread only.</summary>
internal sealed class UnansweredFlows
{
    private LinuxFlow? _newest;
    private long _since = long.MaxValue;

    public LinuxFlow? Oldest { get; private set; }

    /// <summary>When the oldest began; <see cref="long.MaxValue"/> when there is none. Any thread.</summary>
    public long Since => Volatile.Read(ref _since);

    public void Add(LinuxFlow flow)
    {
        flow.Older = _newest;
        if (_newest is null)
        {
            Oldest = flow;
            Volatile.Write(ref _since, flow.AcceptedMilliseconds);
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
            Volatile.Write(ref _since, Oldest?.AcceptedMilliseconds ?? long.MaxValue);
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
