// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using LbEngine.Backends;
using LbEngine.Configuration.Schema;
using LbEngine.Connections;
using LbEngine.Observability;
using LbEngine.Tables;
using Microsoft.Extensions.Logging;

namespace LbEngine.Forwarding;

/// <summary>
/// Knows the addresses of the engine's own listeners: traffic that comes from there, or back from a backend's address, would go round for ever.
/// </summary>
/// <remarks>
/// <para>Two services that answer each other's answers never stop (CVE-2024-2169): a datagram that claims to come from a listener is not taken.</para>
/// <para>
/// A backend at an address of this host and a port of a listener on 0.0.0.0 or [::] is that listener. A configuration with one is refused, and so is
/// such an address of a host name; but an address may move to this host at any time. What then goes to that backend arrives at the listener, from the
/// backend's address and to the same address, which only a host that has it can do. So the first turn shows it, whoever connects, and for everybody
/// else it costs one look into a set, which is empty unless a wildcard listener has the port of a backend.
/// </para>
/// <para>
/// What another balancer on another host sends back comes from that one's address, and looks like any client of it.
/// </para>
/// <para>Any thread reads; one at a time calls <see cref="Refresh"/>, whenever listeners, ports or backends have changed.</para>
/// </remarks>
internal sealed class OwnListeners
{
    private readonly ConcurrentDictionary<EndPointKey, bool> _logged = new();
    private readonly ILogger _logger;
    private volatile HashSet<EndPointKey> _exact = [];
    private volatile HashSet<EndPointKey> _wildcards = [];
    private volatile HashSet<AddressKey> _hostAddresses = [];
    private volatile HashSet<EndPointKey> _streamBackends = [];
    private volatile HashSet<EndPointKey> _datagramBackends = [];
    private volatile HashSet<AddressKey> _sources = [];
    private volatile bool _isTransparent;

    public OwnListeners(ILogger logger) => _logger = logger;

    /// <summary>Reads where the listeners are bound, where their backends are, and the addresses of this host when a UDP listener is bound to all.</summary>
    public void Refresh(IReadOnlyList<Listener> listeners)
    {
        var exact = new HashSet<EndPointKey>();
        var wildcards = new HashSet<EndPointKey>();
        foreach (Listener listener in listeners.Where(static listener => listener.IsDatagram))
        {
            foreach (EndPointKey bound in Bound(listener))
            {
                HashSet<EndPointKey> target = bound.Address.IsAny ? wildcards : exact;
                target.Add(bound);
            }
        }

        _hostAddresses = wildcards.Count > 0 ? [.. HostAddresses.Read().Select(AddressKey.From)] : [];
        _exact = exact;
        _wildcards = wildcards;
        _streamBackends = FindBackends(listeners.Where(static listener => !listener.IsDatagram));
        _datagramBackends = FindBackends(listeners.Where(static listener => listener.IsDatagram));
        BackendPool[] pools = [.. listeners.SelectMany(static listener => listener.RoutePools.Prepend(listener.Pool)).Distinct()];
        _sources = [.. pools.SelectMany(static pool => pool.Sources.Own)];
        _isTransparent = pools.Any(static pool => pool.Sources.IsClient);
        _logged.Clear();
    }

    /// <summary>True when the source of a datagram is a listener of this engine.</summary>
    public bool Contains(EndPointKey source) =>
        _exact.Contains(source)
        || (_wildcards.Contains(source with { Address = AnyOfFamily(source.Address) }) && IsOfThisHost(source.Address));

    /// <summary>
    /// True when what has come is from the address of a backend that has the listener's port, or from a pool's source: then <see cref="Arrival.Local"/>
    /// decides.
    /// </summary>
    public bool MayHaveGoneRound(in Arrival arrival)
    {
        HashSet<EndPointKey> backends = arrival.Listener.IsDatagram ? _datagramBackends : _streamBackends;
        return backends.Count > 0 && (backends.Contains(AsBackend(arrival, arrival.Source.Address)) || MaySendFrom(arrival.Source.Address));
    }

    /// <summary>True when a client is what this host has sent to one of its own backends. Logged once for each, until something changes.</summary>
    public bool HasGoneRound(in Arrival arrival)
    {
        if ((arrival.Local != arrival.Source.Address && !MaySendFrom(arrival.Source.Address)) || !MayHaveGoneRound(arrival))
        {
            return false;
        }

        // What a pool's own source address, or a client's that is shown, sends to a backend arrives there under that address.
        HashSet<EndPointKey> backends = arrival.Listener.IsDatagram ? _datagramBackends : _streamBackends;
        EndPointKey backend = AsBackend(arrival, arrival.Local);
        if (!backends.Contains(backend))
        {
            return false;
        }

        if (!_logged.ContainsKey(backend) && _logged.TryAdd(backend, true))
        {
            EngineLog.GoesRound(_logger, backend, arrival.Listener.Name);
        }

        return true;
    }

    /// <summary>The backends, of all that these listeners lead to, that are one of them once their address is this host's.</summary>
    private static HashSet<EndPointKey> FindBackends(IEnumerable<Listener> listeners)
    {
        Listener[] all = [.. listeners];
        HashSet<EndPointKey> entrances = [.. all.SelectMany(Bound).Where(static bound => bound.Address.IsAny)];
        return entrances.Count == 0
            ? []
            : [.. all.SelectMany(static listener => listener.RoutePools.Prepend(listener.Pool))
                .Distinct()
                .SelectMany(static pool => pool.Current.BySlot.ToArray())
                .OfType<Backend>()
                .Select(static backend => EndPointKey.From(backend.Address))
                .Where(backend => entrances.Contains(backend with { Address = AnyOfFamily(backend.Address) }))];
    }

    private static IEnumerable<EndPointKey> Bound(Listener listener) => listener.EndPoints.Select(EndPointKey.From);

    private static EndPointKey AsBackend(in Arrival arrival, AddressKey address) =>
        new(address, (ushort)(arrival.Listener.BoundEndPoint ?? arrival.Listener.Bind).Port);

    /// <summary>True when backends may be connected to from there, though it is not the address that the system would take.</summary>
    private bool MaySendFrom(AddressKey source) => _isTransparent || _sources.Contains(source);

    private bool IsOfThisHost(AddressKey address) => address.IsLoopback || _hostAddresses.Contains(address);

    /// <summary>0.0.0.0 or [::]. A listener on one of them takes nothing of the other family.</summary>
    private static AddressKey AnyOfFamily(AddressKey address) => address.IsIPv4 ? AddressKey.FromIPv4(0) : default;
}
