// SPDX-License-Identifier: MIT
using LbEngine;
using LbEngine.Hosting;
using LbEngine.Samples.GenericHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

await using var backend = new HelloBackend("a");

// The content root is where appsettings.json was copied to, so that the sample can be started from anywhere.
HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = [], ContentRootPath = AppContext.BaseDirectory });
builder.Configuration["LoadBalancer:pools:site:backends:a:address"] = backend.Address;
builder.Services.AddLoadBalancer(builder.Configuration.GetSection("LoadBalancer"));
using IHost host = builder.Build();
await host.StartAsync();

LoadBalancer balancer = host.Services.GetRequiredService<LoadBalancer>();
string url = $"http://{balancer.GetStatus().Listeners[0].EndPoint}/";
using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
Console.Write(await client.GetStringAsync(new Uri(url)));

if (args.Contains("--once"))
{
    await host.StopAsync();
}
else
{
    Console.WriteLine($"Try: curl {url} - Ctrl-C ends.");
    await host.WaitForShutdownAsync();
}
