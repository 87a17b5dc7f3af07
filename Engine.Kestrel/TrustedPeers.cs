// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Tables;

namespace LbEngine.Kestrel;

/// <summary>Whose header is believed. Immutable; any thread.</summary>
internal sealed class TrustedPeers(IEnumerable<IPNetwork> networks, bool trustsUnixSockets)
{
    private const int MappedBits = 96;

    private readonly NetworkSet _networks = new(networks.Select(AsItsFamily));

    public bool Contain(EndPoint? remote, EndPoint? local) => remote is IPEndPoint peer
        ? _networks.Contains(AddressKey.From(peer.Address))

        // The other end of a UNIX socket has no name as a rule, this one always has.
        : trustsUnixSockets && local is UnixDomainSocketEndPoint;

    /// <summary>Addresses are compared as IPv4 however a socket shows them, so networks are, too.</summary>
    private static IPNetwork AsItsFamily(IPNetwork network) => network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= MappedBits
        ? new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - MappedBits)
        : network;
}
