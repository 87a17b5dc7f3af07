// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>The addresses that the listeners of one configuration take, to find two that overlap. One thread.</summary>
/// <param name="readHost">Reads the addresses of this host; asked once, and only when a wildcard listener has the port of a backend.</param>
internal sealed class ListenerBindings(Func<IReadOnlySet<IPAddress>> readHost)
{
    private IReadOnlySet<IPAddress>? _host;
    private readonly Dictionary<(int Port, AddressFamily Family, ListenerProtocol Protocol), List<(string Listener, IPAddress Address)>> _taken = [];

    /// <summary>The addresses of checked options.</summary>
    public static ListenerBindings Of(LoadBalancerOptions options)
    {
        var bindings = new ListenerBindings(HostAddresses.Read);
        foreach ((string name, ListenerOptions listener) in options.Listeners)
        {
            _ = bindings.Add(name, BindAddress.Parse(listener.Bind), listener.Protocol);
        }

        return bindings;
    }

    /// <summary>Takes an address; returns the listener whose address overlaps, or null. Port 0 is a fresh port each time and never overlaps.</summary>
    /// <remarks>A listener on <c>[::]</c> takes IPv6 only, so it leaves 0.0.0.0 with the same port free.</remarks>
    public string? Add(string listener, BindAddress bind, ListenerProtocol protocol)
    {
        string? other = null;
        foreach (IPEndPoint endPoint in bind.EndPoints)
        {
            other = Add(listener, endPoint, protocol) ?? other;
        }

        return other;
    }

    private string? Add(string listener, IPEndPoint endPoint, ListenerProtocol protocol)
    {
        if (endPoint.Port == 0)
        {
            return null;
        }

        var key = (endPoint.Port, endPoint.AddressFamily, protocol);
        if (!_taken.TryGetValue(key, out List<(string Listener, IPAddress Address)>? taken))
        {
            _taken.Add(key, taken = []);
        }

        string? other = taken.Find(one => one.Address.Equals(endPoint.Address) || IsAny(one.Address) || IsAny(endPoint.Address)).Listener;
        taken.Add((listener, endPoint.Address));
        return other;
    }

    /// <summary>The listener that a connection or datagram to <paramref name="endPoint"/> would reach for certain; null when there is none.</summary>
    /// <remarks>
    /// A wildcard listener is reached by every loopback address, and by those that this host has now. One that moves here later is recognised
    /// by what comes from it: see the forwarder's own listeners.
    /// </remarks>
    public string? FindLoop(IPEndPoint endPoint, ListenerProtocol protocol) =>
        _taken.TryGetValue((endPoint.Port, endPoint.AddressFamily, protocol), out List<(string Listener, IPAddress Address)>? taken)
            ? taken.Find(one => one.Address.Equals(endPoint.Address) || (IsAny(one.Address) && IsOfThisHost(endPoint.Address))).Listener
            : null;

    private bool IsOfThisHost(IPAddress address) =>
        IPAddress.IsLoopback(address) || (_host ??= readHost()).Contains(HostAddresses.WithoutScope(address));

    public static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    /// <summary>False for addresses that stand for none, or for many.</summary>
    public static bool IsOneMachine(IPAddress address) => !IsAny(address) && !IsMulticast(address) && !address.Equals(IPAddress.Broadcast);

    public static bool IsMulticast(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? address.IsIPv6Multicast : (address.GetAddressBytes()[0] & 0xF0) == 0xE0;
}
