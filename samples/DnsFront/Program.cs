// SPDX-License-Identifier: MIT
using LbEngine;
using LbEngine.Configuration;
using LbEngine.Observability;
using LbEngine.Samples.DnsFront;

bool once = args.Contains("--once");
if (!once && args.Length != 3)
{
    Console.Error.WriteLine("usage: DnsFront BIND SERVER SERVER, such as: DnsFront 127.0.0.1:5353 9.9.9.9:53 1.1.1.1:53");
    return 1;
}

// --once: two servers in this process, which know one answer each.
await using DemoDnsServer? one = once ? new DemoDnsServer("192.0.2.1") : null;
await using DemoDnsServer? two = once ? new DemoDnsServer("192.0.2.2") : null;
string bind = once ? "127.0.0.1:0" : args[0];

// responses: a flow ends with the one reply to its query, so that each query of a client is balanced by itself.
await using LoadBalancer balancer = new LoadBalancerBuilder()
    .AddUdpListener("dns", bind, pool: "servers", listener => (listener.Responses, listener.UnansweredTimeout) = (1, TimeSpan.FromSeconds(5)))
    .AddListener("dns-tcp", bind, pool: "servers", listener => listener.IdleTimeout = TimeSpan.FromSeconds(30))
    .AddPool("servers", pool => pool.AddBackend("one", one?.Address ?? args[1]).AddBackend("two", two?.Address ?? args[2]))
    .Configure(options => options.Drain = new DrainOptions { Timeout = TimeSpan.FromSeconds(5), Spread = TimeSpan.Zero })
    .Build();
await balancer.StartAsync();
ListenerStatus dns = balancer.GetStatus().Listeners[0];

if (once)
{
    for (int i = 0; i < 2; i++)
    {
        Console.WriteLine($"example.org is {await DnsQuery.AskAsync(dns.EndPoint, "example.org")}, says {dns.EndPoint}");
    }
}
else
{
    Console.WriteLine($"Try: dig @{dns.EndPoint.Address} -p {dns.EndPoint.Port} example.org - Ctrl-C ends.");
    var interrupted = new TaskCompletionSource();
    Console.CancelKeyPress += (_, pressed) => pressed.Cancel = interrupted.TrySetResult();
    await interrupted.Task;
}

await balancer.DrainAsync();
foreach (BackendStatus backend in balancer.GetStatus().Pools[0].Backends)
{
    long taken = backend.TotalConnections - backend.ConnectFailures;
    Console.WriteLine($"{backend.Name} at {backend.EndPoint} took {taken} queries and refused {backend.ConnectFailures}");
}

return 0;
