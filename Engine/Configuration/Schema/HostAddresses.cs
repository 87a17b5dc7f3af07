// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.NetworkInformation;

namespace LbEngine.Configuration.Schema;

/// <summary>The addresses that this host has now: what a listener on 0.0.0.0 or [::] takes, besides the loopback ones.</summary>
internal static class HostAddresses
{
    /// <summary>Reads them, without scopes; none where the system does not tell. A few milliseconds: not for the data path.</summary>
    public static IReadOnlySet<IPAddress> Read()
    {
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(static one => one.GetIPProperties().UnicastAddresses)
                .Select(static one => WithoutScope(one.Address))
                .ToHashSet();
        }
        catch (NetworkInformationException)
        {
            return new HashSet<IPAddress>();
        }
    }

    /// <summary>The address alone: the interface of a link-local one is left out, as it may be in a configuration.</summary>
    public static IPAddress WithoutScope(IPAddress address) => address.IsIPv6LinkLocal ? new IPAddress(address.GetAddressBytes()) : address;
}
