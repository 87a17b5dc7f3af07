// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Tests.Harness.Processes;

namespace LbEngine.Tests.Harness.Balancing;

/// <summary>HAProxy as a web server that answers with whom it sees: the client's address, and the one that the client has connected to.</summary>
internal sealed class HaProxyServer : ExternalBalancer
{
    private HaProxyServer(ChildProcess process, DirectoryInfo directory, IPEndPoint endPoint)
        : base(process, directory, endPoint)
    {
    }

    /// <summary>Starts it.</summary>
    /// <param name="bind">What stands behind the address of its <c>bind</c>, such as <c>accept-proxy</c>.</param>
    public static Task<HaProxyServer> StartAsync(string bind) => StartAsync(
        new BalancerSettings(),
        (directory, endPoint) =>
        {
            string file = Path.Combine(directory.FullName, "haproxy.cfg");
            File.WriteAllText(file, $"""
                defaults
                  mode http
                  timeout connect 5s
                  timeout client 5s
                  timeout server 5s
                frontend web
                  bind {endPoint} {bind}
                  http-request return status 200 content-type text/plain lf-string "%[src]:%[src_port] to %[dst]:%[dst_port]"

                """);
            return ChildProcess.Start(HaProxyBalancer.Program, "-db", "-f", file);
        },
        (process, directory, endPoint) => new HaProxyServer(process, directory, endPoint));
}
