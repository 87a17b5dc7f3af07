// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Versus.Contenders;

/// <summary>
/// The configuration of each contender: one thread, least connections over the same two backends, idle time-outs of 15 minutes (UDP: 10 s, or the
/// flows of several rounds together would use up the host's ports), no logs, no health checks. Pure.
/// </summary>
internal static class PeerConfigurations
{
    /// <summary>HAProxy as it comes, or as its manual makes it fastest for this: edge-triggered, larger pipes, fewer acknowledgements.</summary>
    public static string HaProxy(EntrancePorts own, EntrancePorts backends, bool tuned) => $$"""
        global
          nbthread 1
          maxconn 5000
        {{(tuned ? "  expose-experimental-directives\n  tune.fd.edge-triggered on\n  tune.pipesize 1048576\n" : "")}}
        defaults
          mode tcp
          timeout connect 5s
          timeout client 15m
          timeout server 15m
          option splice-auto
        {{(tuned ? "  option tcp-smart-accept\n  option tcp-smart-connect\n" : "")}}
        listen web
          bind 127.0.0.1:{{own.Web}} backlog 4096
          balance leastconn
          server a 127.0.0.1:{{backends.Web}}
          server b 127.0.0.1:{{backends.SecondWeb}}
        listen bulk
          bind 127.0.0.1:{{own.Bulk}}
          server a 127.0.0.1:{{backends.Bulk}}
        listen ping
          bind 127.0.0.1:{{own.Ping}}
          server a 127.0.0.1:{{backends.Ping}}
        listen proxy-out
          bind 127.0.0.1:{{own.ProxyOut}} backlog 4096
          server a 127.0.0.1:{{backends.ProxyOut}} send-proxy-v2
        listen proxy-in
          bind 127.0.0.1:{{own.ProxyIn}} backlog 4096 accept-proxy
          server a 127.0.0.1:{{backends.Web}}
        frontend by-name
          bind 127.0.0.1:{{own.Named}} backlog 4096
          tcp-request inspect-delay 5s
          tcp-request content accept if { req.ssl_hello_type 1 }
          use_backend named if { req.ssl_sni -i localhost }
          default_backend other
        backend named
          server a 127.0.0.1:{{backends.Named}}
        backend other
          server a 127.0.0.1:{{backends.Web}}

        """;

    /// <summary>Puts a PROXY header before what it passes on: one entrance before each balancer, of which it is no part.</summary>
    public static string Feeder(IEnumerable<EntrancePorts> balancers) => """
        global
          nbthread 1
          maxconn 5000
        defaults
          mode tcp
          timeout connect 5s
          timeout client 15m
          timeout server 15m

        """ + string.Concat(balancers.Select(static own => $"""
        listen before-{own.ProxyIn}
          bind 127.0.0.1:{own.Feeder} backlog 4096
          server a 127.0.0.1:{own.ProxyIn} send-proxy-v2

        """));

    /// <summary>nginx as it comes, or with more accepts at once, larger buffers and, for datagrams, larger queues in the kernel.</summary>
    public static string Nginx(EntrancePorts own, EntrancePorts backends, bool tuned, string module, string directory)
    {
        string tcp = tuned ? " reuseport backlog=4096" : "";
        string udp = tuned ? " reuseport rcvbuf=4m sndbuf=4m" : "";
        string buffer = tuned ? " proxy_buffer_size 64k;" : "";
        return $$"""
            {{(module == "none" ? "" : $"load_module {module};")}}
            worker_processes 1;
            daemon off;
            pid {{directory}}/nginx.pid;
            error_log {{directory}}/error.log crit;
            worker_rlimit_nofile 19000;
            events { worker_connections 18000;{{(tuned ? " multi_accept on;" : "")}} }
            stream {
              upstream web { least_conn; server 127.0.0.1:{{backends.Web}}; server 127.0.0.1:{{backends.SecondWeb}}; }
              upstream datagrams { least_conn; server 127.0.0.1:{{backends.Datagrams}}; server 127.0.0.1:{{backends.SecondDatagrams}}; }
              map $ssl_preread_server_name $named { localhost 127.0.0.1:{{backends.Named}}; default 127.0.0.1:{{backends.Web}}; }
              proxy_timeout 15m;{{buffer}}
              server { listen 127.0.0.1:{{own.Web}}{{tcp}}; proxy_pass web; }
              server { listen 127.0.0.1:{{own.Bulk}}{{tcp}}; proxy_pass 127.0.0.1:{{backends.Bulk}}; }
              server { listen 127.0.0.1:{{own.Ping}}{{tcp}}; proxy_pass 127.0.0.1:{{backends.Ping}}; }
              server { listen 127.0.0.1:{{own.ProxyOut}}{{tcp}}; proxy_pass 127.0.0.1:{{backends.ProxyOut}}; proxy_protocol on; }
              server { listen 127.0.0.1:{{own.ProxyIn}} proxy_protocol{{tcp}}; proxy_pass 127.0.0.1:{{backends.Web}}; }
              server { listen 127.0.0.1:{{own.Named}}{{tcp}}; ssl_preread on; proxy_pass $named; }
              server { listen 127.0.0.1:{{own.Datagrams}} udp{{udp}}; proxy_pass datagrams; proxy_timeout 10s; }
            }

            """;
    }

    /// <summary>This engine. All that is not written is at its default: time-outs, counters and limits are on.</summary>
    public static string LbEngine(EntrancePorts own, EntrancePorts backends, string transport) => $$"""
        transport: {{transport}}
        reactors: 1
        admin: off
        listeners:
          web: { bind: "127.0.0.1:{{own.Web}}", pool: web }
          bulk: { bind: "127.0.0.1:{{own.Bulk}}", pool: bulk }
          ping: { bind: "127.0.0.1:{{own.Ping}}", pool: ping }
          proxy-out: { bind: "127.0.0.1:{{own.ProxyOut}}", pool: headed }
          proxy-in: { bind: "127.0.0.1:{{own.ProxyIn}}", pool: other, acceptProxy: { trusted: [127.0.0.0/8] } }
          by-name: { bind: "127.0.0.1:{{own.Named}}", pool: other, routes: [{ sni: localhost, pool: named }] }
          datagrams: { bind: "127.0.0.1:{{own.Datagrams}}", protocol: udp, pool: datagrams, idleTimeout: 10s }
        pools:
          web: { backends: { a: { address: "127.0.0.1:{{backends.Web}}" }, b: { address: "127.0.0.1:{{backends.SecondWeb}}" } } }
          bulk: { backends: { a: { address: "127.0.0.1:{{backends.Bulk}}" } } }
          ping: { backends: { a: { address: "127.0.0.1:{{backends.Ping}}" } } }
          headed: { sendProxy: v2, backends: { a: { address: "127.0.0.1:{{backends.ProxyOut}}" } } }
          named: { backends: { a: { address: "127.0.0.1:{{backends.Named}}" } } }
          other: { backends: { a: { address: "127.0.0.1:{{backends.Web}}" } } }
          datagrams: { backends: { a: { address: "127.0.0.1:{{backends.Datagrams}}" }, b: { address: "127.0.0.1:{{backends.SecondDatagrams}}" } } }

        """;

    /// <summary>The HTTP backend: answers from memory; /close ends the connection.</summary>
    public static string Origin(EntrancePorts backends, string directory) => $$"""
        worker_processes 1;
        daemon off;
        pid {{directory}}/origin.pid;
        error_log {{directory}}/origin.log crit;
        worker_rlimit_nofile 19000;
        events { worker_connections 18000; multi_accept on; }
        http {
          access_log off;
          keepalive_requests 100000000;
          keepalive_timeout 15m;
          server {
            listen 127.0.0.1:{{backends.Web}} backlog=4096;
            listen 127.0.0.1:{{backends.SecondWeb}} backlog=4096;
            listen 127.0.0.1:{{backends.ProxyOut}} backlog=4096 proxy_protocol;
            listen 127.0.0.1:{{backends.Named}} backlog=4096 ssl;
            ssl_certificate {{directory}}/origin.pem;
            ssl_certificate_key {{directory}}/origin.pem;
            location / { return 200 "hello world, this is a small reply\n"; }
            location /close { keepalive_timeout 0; return 200 "hello\n"; }
          }
        }

        """;
}
