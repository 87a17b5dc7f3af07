// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Configuration.Schema;

namespace LbEngine.Resolution;

/// <summary>What one lookup has come to: addresses, or the reason why there are none.</summary>
/// <param name="Addresses">Without doubles and in one order, whatever the order of the answer, at most <see cref="ConfigurationLimits.MostAddresses"/>.</param>
/// <param name="Found">How many there were before the rest was left out.</param>
/// <param name="Failure">Why there is no address; null when there is one.</param>
internal sealed record LookupOutcome(IReadOnlyList<IPAddress> Addresses, int Found, string? Failure)
{
    /// <summary>It was given up for late before, and came all the same.</summary>
    public bool IsLate { get; init; }

    /// <summary>An answer of the resolver, with whatever it holds.</summary>
    public static LookupOutcome Of(IEnumerable<IPAddress> answer, ResolveFamily family)
    {
        // 0.0.0.0 is how some filters say no; a connection to it would go to this host.
        IPAddress[] usable =
        [
            .. answer.Select(static address => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
                .Where(address => ListenerBindings.IsOneMachine(address) && Fits(address, family))
                .Distinct()
                .Order(ByBytes),
        ];
        return usable.Length == 0
            ? Failed(family switch
            {
                ResolveFamily.Ipv4 => "the answer holds no IPv4 address",
                ResolveFamily.Ipv6 => "the answer holds no IPv6 address",
                _ => "the answer holds no address",
            })
            : new LookupOutcome(usable[..Math.Min(usable.Length, ConfigurationLimits.MostAddresses)], usable.Length, null);
    }

    /// <summary>No answer.</summary>
    public static LookupOutcome Of(SocketException exception) => Failed(exception.SocketErrorCode switch
    {
        SocketError.HostNotFound => "there is no such name, or it has no address",
        SocketError.NoData => "the name has no address",
        SocketError.TryAgain => "the name servers failed, or did not answer",
        SocketError.NoRecovery => "the name servers refused",
        _ => exception.Message,
    });

    public static LookupOutcome Failed(string reason) => new([], 0, reason);

    private static Comparer<IPAddress> ByBytes { get; } = Comparer<IPAddress>.Create(static (left, right) =>
    {
        byte[] a = left.GetAddressBytes();
        byte[] b = right.GetAddressBytes();
        int order = a.Length != b.Length ? a.Length - b.Length : a.AsSpan().SequenceCompareTo(b);
        return order != 0 || a.Length == 4 ? order : left.ScopeId.CompareTo(right.ScopeId);
    });

    private static bool Fits(IPAddress address, ResolveFamily family) => family switch
    {
        ResolveFamily.Ipv4 => address.AddressFamily == AddressFamily.InterNetwork,
        ResolveFamily.Ipv6 => address.AddressFamily == AddressFamily.InterNetworkV6,
        _ => true,
    };
}
