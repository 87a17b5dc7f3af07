// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Tables;

namespace LbEngine.Admission;

/// <summary>The flows of a predecessor: a client that keeps its port keeps its backend, too, although the flow itself stayed behind. Any thread.</summary>
/// <remarks>Each is good for one flow, as long as its own would have lived. An engine without a predecessor has none, and pays one look.</remarks>
internal sealed class HandedFlows
{
    private volatile ConcurrentDictionary<FlowKey, HandedFlow>? _flows;
    private long _lastDeadline;

    /// <summary>How many are left.</summary>
    public int Count => _flows?.Count ?? 0;

    /// <summary>Makes them known, under client and listener. Before the first datagram comes.</summary>
    public void Set(IEnumerable<KeyValuePair<FlowKey, HandedFlow>> flows)
    {
        var known = new ConcurrentDictionary<FlowKey, HandedFlow>();
        foreach ((FlowKey key, HandedFlow flow) in flows)
        {
            known[key] = flow;
            _lastDeadline = Math.Max(_lastDeadline, flow.DeadlineMilliseconds);
        }

        _flows = known.IsEmpty ? null : known;
    }

    /// <summary>True for a client whose flow is to go on here: it has come in before, and is nobody new.</summary>
    public bool Knows(in EndPointKey client, ushort listenerId) => _flows is { } flows && flows.ContainsKey(new FlowKey(client, listenerId));

    /// <summary>The backend that the client of a new flow had before, when it is still one of the pool's. Null when there is none.</summary>
    public Backend? Take(Flow flow, BackendPool pool, long nowMilliseconds)
    {
        ConcurrentDictionary<FlowKey, HandedFlow>? flows = _flows;
        if (flows is null)
        {
            return null;
        }

        if (nowMilliseconds >= _lastDeadline || flows.IsEmpty)
        {
            _flows = null;
            return null;
        }

        return flows.TryRemove(new FlowKey(flow.Client, flow.Listener.Id), out HandedFlow? handed)
            && nowMilliseconds < handed.DeadlineMilliseconds
            && handed.Pool == pool.Name
            && pool.Current.Find(handed.Backend) is Backend backend
            && backend.Address.Equals(handed.Address)
                ? backend
                : null;
    }
}
