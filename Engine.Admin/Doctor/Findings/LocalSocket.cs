// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Admin.Doctor.Findings;

/// <summary>A socket of this host that waits for clients.</summary>
/// <param name="EndPoint">Where it is bound.</param>
/// <param name="Queue">TCP: connections that wait to be accepted. UDP: bytes that wait to be read.</param>
/// <param name="Inode">The kernel's number of the socket.</param>
internal sealed record LocalSocket(IPEndPoint EndPoint, long Queue, long Inode)
{
    /// <summary>TCP: the most that may wait; null when it could not be read.</summary>
    public long? Backlog { get; init; }

    /// <summary>The processes that have it open; empty when this user may not see them.</summary>
    public IReadOnlyList<SocketOwner> Owners { get; init; } = [];

    /// <summary>Whether the kernel hands traffic for an address to this socket. For [::] and IPv4 that depends on a flag nobody shows.</summary>
    public bool Takes(IPAddress address) => EndPoint.Address.Equals(address)
        || EndPoint.Address.Equals(IPAddress.IPv6Any)
        || (EndPoint.Address.Equals(IPAddress.Any) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork);

    public string Describe()
    {
        string more = Owners.Count > 3 ? $" and {Owners.Count - 3} more" : "";
        string owners = Owners.Count == 0 ? "a process" : string.Join(", ", Owners.Take(3).Select(owner => owner.Describe())) + more;
        return $"{owners} on {EndPoint}";
    }
}
