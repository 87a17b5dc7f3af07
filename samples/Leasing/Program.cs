// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine;
using LbEngine.Configuration;
using LbEngine.Samples.Leasing;

using var a = new LineBackend("a");
using var b = new LineBackend("b");

// One pool, two ways to it: plain TCP, and the front end below, which takes its clients in by itself and leases a backend for each.
await using LoadBalancer balancer = new LoadBalancerBuilder()
    .AddListener("plain", "127.0.0.1:0", pool: "names")
    .AddPool("names", pool => pool.AddBackend("a", a.Address, weight: 2).AddBackend("b", b.Address).AddBackend("broken", "127.0.0.1:1"))
    .Build();
await balancer.StartAsync();

using var front = new LineFrontEnd(balancer.GetLeasePool("names"));
for (int i = 1; i <= 6; i++)
{
    Console.WriteLine(await AskAsync($"question {i}"));
}

foreach (var backend in balancer.GetStatus().Pools[0].Backends)
{
    Console.WriteLine($"{backend.Name}: {backend.TotalConnections} picks, {backend.ConnectFailures} failed connects, {backend.ActiveConnections} held now");
}

if (!args.Contains("--once"))
{
    Console.WriteLine($"Try: echo hello | nc {front.EndPoint.Address} {front.EndPoint.Port} - Enter ends.");
    Console.ReadLine();
}

// Gives no more leases, and waits for those that are held.
await balancer.DrainAsync();

async Task<string?> AskAsync(string question)
{
    using var client = new TcpClient();
    await client.ConnectAsync(front.EndPoint);
    using var reader = new StreamReader(client.GetStream());
    await client.GetStream().WriteAsync(System.Text.Encoding.UTF8.GetBytes(question + "\n"));
    return await reader.ReadLineAsync();
}
