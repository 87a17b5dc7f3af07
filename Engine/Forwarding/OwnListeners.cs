// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.NetworkInformation;
using LbEngine.Connections;

namespace LbEngine.Forwarding;

/// <summary>Knows the addresses of the engine's own UDP listeners: a datagram that claims to come from one would be answered in a circle.</summary>
/// <remarks>
/// Two services that answer each other's answers never stop (CVE-2024-2169). Any thread reads; <see cref="Refresh"/> is called
/// once after the listeners are bound.
/// </remarks>
internal sealed class OwnListeners
{
    private volatile HashSet<EndPointKey> _exact = [];
    private volatile HashSet<ushort> _wildcardPorts = [];
    private volatile HashSet<AddressKey> _hostAddresses = [];

    /// <summary>Reads where the listeners are bound, and the addresses of this host when one of them is bound to all.</summary>
    public void Refresh(IReadOnlyList<Listener> listeners)
    {
        var exact = new HashSet<EndPointKey>();
        var wildcardPorts = new HashSet<ushort>();
        foreach (Listener listener in listeners.Where(listener => listener.IsDatagram))
        {
            IPEndPoint bound = listener.BoundEndPoint ?? listener.Bind;
            if (IsAny(bound.Address))
            {
                wildcardPorts.Add((ushort)bound.Port);
            }
            else
            {
                exact.Add(EndPointKey.From(bound));
            }
        }

        _exact = exact;
        _wildcardPorts = wildcardPorts;
        _hostAddresses = wildcardPorts.Count > 0 ? ReadHostAddresses() : [];
    }

    /// <summary>True when the source of a datagram is a listener of this engine.</summary>
    public bool Contains(EndPointKey source) =>
        _exact.Contains(source)
        || (_wildcardPorts.Contains(source.Port) && (IsLoopback(source.Address) || _hostAddresses.Contains(source.Address)));

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static bool IsLoopback(AddressKey address) =>
        (address.IsIPv4 && (byte)(address.Low >> 24) == 127) || (address.High == 0 && address.Low == 1);

    private static HashSet<AddressKey> ReadHostAddresses()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(networkInterface => networkInterface.GetIPProperties().UnicastAddresses)
                .Select(address => AddressKey.From(address.Address))];
        }
        catch (NetworkInformationException)
        {
            // Not known on this system: loopback is recognised all the same.
            return [];
        }
    }
}
