// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;

namespace LbEngine.Resolution;

/// <summary>The operating system's resolver: whatever <c>getaddrinfo</c> goes by, from <c>/etc/hosts</c> to DNS.</summary>
/// <remarks>
/// It blocks, for 10 s and more when name servers are dead, and nothing ends it early. <c>Dns.GetHostAddressesAsync</c> would block threads of the
/// thread pool for so long, which the portable
/// transport lives on; so each lookup has a thread of its own. Whoever asks bounds how many there are.
/// </remarks>
internal sealed class SystemHostResolver : IHostResolver
{
    public Task<IReadOnlyList<IPAddress>> ResolveAsync(HostName host) => Task.Factory.StartNew<IReadOnlyList<IPAddress>>(
        static state => Resolve((HostName)state!),
        host,
        CancellationToken.None,
        TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
        TaskScheduler.Default);

    private static IPAddress[] Resolve(HostName host) => Dns.GetHostAddresses(host.Name, host.Family switch
    {
        ResolveFamily.Ipv4 => AddressFamily.InterNetwork,
        ResolveFamily.Ipv6 => AddressFamily.InterNetworkV6,
        _ => AddressFamily.Unspecified,
    });
}
