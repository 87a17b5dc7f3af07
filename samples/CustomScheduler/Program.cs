// SPDX-License-Identifier: MIT
using LbEngine;
using LbEngine.Configuration;
using LbEngine.Samples.CustomScheduler;

await using var active = new HelloBackend("active");
await using var standby = new HelloBackend("standby");

await using LoadBalancer balancer = new LoadBalancerBuilder()
    .AddScheduler("first-available", set => new FirstAvailableScheduler(set))
    .AddListener("web", "127.0.0.1:0", pool: "site")
    .AddPool("site", pool =>
    {
        pool.Scheduler = "first-available";
        pool.AddBackend("active", active.Address).AddBackend("standby", standby.Address);
    })
    .Build();
await balancer.StartAsync();

var url = new Uri($"http://{balancer.GetStatus().Listeners[0].EndPoint}/");
using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
Console.Write(await client.GetStringAsync(url));

// Nobody listens there any more: the connect fails, and the scheduler is asked again without that backend.
await active.DisposeAsync();
Console.Write(await client.GetStringAsync(url));

if (!args.Contains("--once"))
{
    Console.WriteLine($"Try: curl {url} - Enter ends.");
    Console.ReadLine();
}

await balancer.DrainAsync();
