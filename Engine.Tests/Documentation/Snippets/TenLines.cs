// SPDX-License-Identifier: MIT
using LbEngine;
using LbEngine.Configuration;

// Not below LbEngine: a visitor needs the usings.
namespace Documentation.Snippets;

/// <summary>The first code that a visitor meets.</summary>
internal static class TenLines
{
    public static async Task RunAsync()
    {
        await using LoadBalancer balancer = new LoadBalancerBuilder()
            .AddListener("web", "127.0.0.1:8080", pool: "site")
            .AddPool("site", pool => pool.AddBackend("a", "127.0.0.1:9001", weight: 2).AddBackend("b", "127.0.0.1:9002"))
            .Build();
        await balancer.StartAsync();
        Console.ReadLine();
        await balancer.DrainAsync();
    }
}
