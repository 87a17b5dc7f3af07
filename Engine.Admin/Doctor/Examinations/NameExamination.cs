// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Admin.Doctor.Findings;
using LbEngine.Configuration;

namespace LbEngine.Admin.Doctor.Examinations;

/// <summary>Asks the system's resolver for a name, as the balancer does.</summary>
internal static class NameExamination
{
    public static async Task<NameFinding> RunAsync(string host, int port, ResolveOptions how, CancellationToken cancellationToken)
    {
        AddressFamily family = how.Family switch
        {
            ResolveFamily.Ipv4 => AddressFamily.InterNetwork,
            ResolveFamily.Ipv6 => AddressFamily.InterNetworkV6,
            _ => AddressFamily.Unspecified,
        };
        long start = TimeProvider.System.GetTimestamp();
        try
        {
            // The resolver itself cannot be interrupted; a short-lived process may leave it behind.
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(host, family, CancellationToken.None)
                .WaitAsync(how.Timeout, cancellationToken)
                .ConfigureAwait(false);
            string? failure = addresses.Length == 0 ? "the answer holds no address" : null;
            return new NameFinding(
                host,
                port,
                [.. addresses.Distinct().OrderBy(one => one.AddressFamily).ThenBy(one => one.ToString(), StringComparer.Ordinal)],
                failure,
                TimeProvider.System.GetElapsedTime(start));
        }
        catch (TimeoutException)
        {
            string failure = $"the resolver does not answer within {Figures.Time(how.Timeout)}";
            return new NameFinding(host, port, [], failure, TimeProvider.System.GetElapsedTime(start));
        }
        catch (SocketException exception)
        {
            return new NameFinding(host, port, [], exception.Message, TimeProvider.System.GetElapsedTime(start));
        }
    }
}
