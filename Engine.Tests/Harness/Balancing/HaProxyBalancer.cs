// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net;
using System.Text;
using LbEngine.Configuration;
using LbEngine.Tests.Harness.Processes;

namespace LbEngine.Tests.Harness.Balancing;

/// <summary>HAProxy in TCP mode, otherwise as it comes.</summary>
internal sealed class HaProxyBalancer : ExternalBalancer
{
    public const string Program = "/usr/sbin/haproxy";

    private HaProxyBalancer(ChildProcess process, DirectoryInfo directory, IPEndPoint endPoint)
        : base(process, directory, endPoint)
    {
    }

    public static Task<HaProxyBalancer> StartAsync(BalancerSettings settings) => StartAsync(
        settings,
        (directory, endPoint) =>
        {
            string file = Path.Combine(directory.FullName, "haproxy.cfg");
            File.WriteAllText(file, Configure(settings, endPoint));
            return ChildProcess.Start(Program, "-db", "-f", file);
        },
        (process, directory, endPoint) => new HaProxyBalancer(process, directory, endPoint));

    private static string Configure(BalancerSettings settings, IPEndPoint endPoint)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            global
              maxconn 4000
            defaults
              mode tcp
              timeout connect {(long)settings.ConnectTimeout.TotalMilliseconds}ms
              timeout client {(long)settings.IdleTimeout.TotalMilliseconds}ms
              timeout server {(long)settings.IdleTimeout.TotalMilliseconds}ms
              timeout client-fin {(long)settings.HalfCloseTimeout.TotalMilliseconds}ms
              timeout server-fin {(long)settings.HalfCloseTimeout.TotalMilliseconds}ms
              retries {settings.ConnectAttempts}
              option redispatch 1
            listen web
              bind {endPoint}
              balance roundrobin

            """);
        foreach (BackendSetting backend in settings.Backends)
        {
            string header = settings.SendProxy switch { ProxyVersion.V1 => " send-proxy", ProxyVersion.V2 => " send-proxy-v2", _ => "" };
            text.AppendLine(CultureInfo.InvariantCulture, $"  server {backend.Name} {backend.Address} weight {backend.Weight}{header}");
        }

        return text.ToString();
    }
}
