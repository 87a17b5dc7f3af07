// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net;
using System.Text;
using LbEngine.Configuration;
using LbEngine.Tests.Harness.Processes;

namespace LbEngine.Tests.Harness.Balancing;

/// <summary>nginx's stream proxy with half-close switched on; without that switch it cannot be compared.</summary>
internal sealed class NginxBalancer : ExternalBalancer
{
    public const string Program = "/usr/sbin/nginx";

    public const string StreamModule = "/usr/lib/nginx/modules/ngx_stream_module.so";

    private NginxBalancer(ChildProcess process, DirectoryInfo directory, IPEndPoint endPoint)
        : base(process, directory, endPoint)
    {
    }

    public static Task<NginxBalancer> StartAsync(BalancerSettings settings) => StartAsync(
        settings,
        (directory, endPoint) =>
        {
            string file = Path.Combine(directory.FullName, "nginx.conf");
            File.WriteAllText(file, Configure(settings, endPoint));
            return ChildProcess.Start(Program, "-e", "stderr", "-p", directory.FullName, "-c", file);
        },
        (process, directory, endPoint) => new NginxBalancer(process, directory, endPoint));

    private static string Configure(BalancerSettings settings, IPEndPoint endPoint)
    {
        var backends = new StringBuilder();
        foreach (BackendSetting backend in settings.Backends)
        {
            backends.Append(CultureInfo.InvariantCulture, $"server {backend.Address} weight={backend.Weight}; ");
        }

        // One process without a master, so that ending it by id ends all of it.
        return $$"""
            load_module {{StreamModule}};
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr error;
            events { worker_connections 4000; }
            stream {
              upstream site { {{backends}} }
              server {
                listen {{endPoint}}{{(settings.Protocol == ListenerProtocol.Udp ? " udp" : "")}};
                proxy_pass site;
                proxy_half_close on;
                proxy_connect_timeout {{(long)settings.ConnectTimeout.TotalMilliseconds}}ms;
                proxy_timeout {{(long)settings.IdleTimeout.TotalMilliseconds}}ms;
                {{DatagramSettings(settings)}}
              }
            }
            """;
    }

    /// <summary>Its buffer of 16 KiB cuts off every longer reply, without a word.</summary>
    private static string DatagramSettings(BalancerSettings settings) =>
        (settings.Protocol == ListenerProtocol.Udp ? "proxy_buffer_size 64k; " : "")
        + (settings.Requests is int requests ? $"proxy_requests {requests}; " : "")
        + (settings.Responses is int responses ? $"proxy_responses {responses};" : "");
}
