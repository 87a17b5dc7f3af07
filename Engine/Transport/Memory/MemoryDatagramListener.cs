// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Connections;
using LbEngine.Tables;

namespace LbEngine.Testing;

/// <summary>What a bound UDP socket is to the other transports.</summary>
/// <remarks>Called under the lock of the <see cref="RunQueue"/> only.</remarks>
internal sealed class MemoryDatagramListener
{
    private readonly RelayedFlows _flows;
    private readonly Dictionary<IPAddress, ushort> _localAddresses = [];

    public MemoryDatagramListener(RelayedFlows flows, Listener listener, IPEndPoint endPoint)
    {
        _flows = flows;
        Listener = listener;
        EndPoint = endPoint;
    }

    public Listener Listener { get; }

    /// <summary>Where it is bound; 0.0.0.0 and [::] take what comes to any address of their family.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>It was removed, and is unbound as soon as none of its flows lives.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>A datagram arrives.</summary>
    public void Take(IDatagramSource client, IPEndPoint to, byte[] bytes) =>
        _flows.Take(this, client, AddressKey.From(to.Address), NumberOf(to.Address), bytes);

    /// <summary>A number for each address that clients use.</summary>
    private ushort NumberOf(IPAddress address)
    {
        if (!_localAddresses.TryGetValue(address, out ushort number))
        {
            number = (ushort)_localAddresses.Count;
            _localAddresses.Add(address, number);
        }

        return number;
    }
}
