// SPDX-License-Identifier: MIT
using System.Net.NetworkInformation;
using LbEngine.Connections;
using LbEngine.Tables;

namespace LbEngine.Forwarding;

/// <summary>Knows the addresses of the engine's own UDP listeners: a datagram that claims to come from one would be answered in a circle.</summary>
/// <remarks>
/// Two services that answer each other's answers never stop (CVE-2024-2169). Any thread reads; one at a time calls <see cref="Refresh"/>,
/// once the ports are known.
/// </remarks>
internal sealed class OwnListeners
{
    private volatile HashSet<EndPointKey> _exact = [];
    private volatile HashSet<EndPointKey> _wildcards = [];
    private volatile HashSet<AddressKey> _hostAddresses = [];

    /// <summary>Reads where the listeners are bound, and the addresses of this host when one of them is bound to all.</summary>
    public void Refresh(IReadOnlyList<Listener> listeners)
    {
        var exact = new HashSet<EndPointKey>();
        var wildcards = new HashSet<EndPointKey>();
        foreach (Listener listener in listeners.Where(listener => listener.IsDatagram))
        {
            var bound = EndPointKey.From(listener.BoundEndPoint ?? listener.Bind);
            HashSet<EndPointKey> target = bound.Address == AnyOfFamily(bound.Address) ? wildcards : exact;
            target.Add(bound);
        }

        _hostAddresses = wildcards.Count > 0 ? ReadHostAddresses() : [];
        _exact = exact;
        _wildcards = wildcards;
    }

    /// <summary>True when the source of a datagram is a listener of this engine.</summary>
    public bool Contains(EndPointKey source) =>
        _exact.Contains(source)
        || (_wildcards.Contains(source with { Address = AnyOfFamily(source.Address) }) && IsOfThisHost(source.Address));

    private bool IsOfThisHost(AddressKey address) => IsLoopback(address) || _hostAddresses.Contains(address);

    /// <summary>0.0.0.0 or [::]. A listener on one of them takes nothing of the other family.</summary>
    private static AddressKey AnyOfFamily(AddressKey address) => address.IsIPv4 ? AddressKey.FromIPv4(0) : default;

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
