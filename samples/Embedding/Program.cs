// SPDX-License-Identifier: MIT
using LbEngine;
using LbEngine.Configuration;
using LbEngine.Samples.Embedding;

await using var a = new HelloBackend("a");
await using var b = new HelloBackend("b");

// Five lines to a running balancer.
await using LoadBalancer balancer = new LoadBalancerBuilder()
    .AddListener("web", "127.0.0.1:0", pool: "site")
    .AddPool("site", pool => pool.AddBackend("a", a.Address, weight: 2).AddBackend("b", b.Address))
    .Build();
await balancer.StartAsync();

string url = $"http://{balancer.GetStatus().Listeners[0].EndPoint}/";
using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
Console.Write(await client.GetStringAsync(new Uri(url)));

if (!args.Contains("--once"))
{
    Console.WriteLine($"Try: curl {url} - Enter ends.");
    Console.ReadLine();
}

await balancer.DrainAsync();
