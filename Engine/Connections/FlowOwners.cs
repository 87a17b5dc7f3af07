// SPDX-License-Identifier: MIT
namespace LbEngine.Connections;

/// <summary>All who hold flows. Whoever finds the engine full asks here for room, whatever thread the flows belong to. Any thread.</summary>
internal sealed class FlowOwners
{
    private readonly Lock _writer = new();
    private volatile IFlowOwner[] _owners = [];

    public void Add(IFlowOwner owner)
    {
        lock (_writer)
        {
            _owners = [.. _owners, owner];
        }
    }

    /// <summary>Does nothing when it is not there any more.</summary>
    public void Remove(IFlowOwner owner)
    {
        lock (_writer)
        {
            _owners = [.. _owners.Where(other => !ReferenceEquals(other, owner))];
        }
    }

    /// <summary>
    /// Asks the owner of the flow that has waited longest for its first reply to end it, and others of its own after it. False when no flow waits for
    /// one. What is given back is there a moment later.
    /// </summary>
    public bool AskOldest(int flows)
    {
        IFlowOwner? oldest = null;
        long since = long.MaxValue;
        foreach (IFlowOwner owner in _owners)
        {
            long its = owner.OldestUnanswered;
            if (its < since)
            {
                oldest = owner;
                since = its;
            }
        }

        oldest?.MakeRoom(flows);
        return oldest is not null;
    }
}
