// SPDX-License-Identifier: MIT
using LbEngine;
using LbEngine.Hosting;
using LbEngine.Observability;

bool once = args.Contains("--once");

// The content root is where appsettings.json was copied to, so that the sample can be started from anywhere.
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
builder.WebHost.UseUrls(once ? "http://127.0.0.1:0" : "http://127.0.0.1:5000");
builder.Services.AddLoadBalancer(builder.Configuration.GetSection("LoadBalancer"));

// Only where there is no reflection: in a program that is compiled ahead of time, or trimmed.
builder.Services.ConfigureHttpJsonOptions(
    http => http.SerializerOptions.TypeInfoResolverChain.Add(LoadBalancerJson.Resolver));

await using WebApplication app = builder.Build();
app.MapGet("/status", (LoadBalancer lb) => lb.GetStatus());
app.MapGet("/connections", (LoadBalancer lb) => lb.GetConnections());
app.MapGet("/configuration", (LoadBalancer lb) => lb.GetConfiguration());
app.MapGet("/events", (LoadBalancer lb, CancellationToken token) =>
    TypedResults.ServerSentEvents(lb.ReadEventsAsync(cancellationToken: token)));
await app.StartAsync();

if (!once)
{
    Console.WriteLine($"Try: curl {app.Urls.First()}/status - Ctrl-C ends.");
    await app.WaitForShutdownAsync();
    return;
}

// The same from a client, which reads back what was written.
using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromSeconds(10) };
Console.WriteLine(await client.GetStringAsync(new Uri("/status", UriKind.Relative)));
var json = new System.Text.Json.JsonSerializerOptions(System.Text.Json.JsonSerializerDefaults.Web) { TypeInfoResolver = LoadBalancerJson.Resolver };
var info = (System.Text.Json.Serialization.Metadata.JsonTypeInfo<LoadBalancerStatus>)json.GetTypeInfo(typeof(LoadBalancerStatus));
LoadBalancerStatus? status = await client.GetFromJsonAsync(new Uri("/status", UriKind.Relative), info);
Console.WriteLine($"{status?.State}, {status?.Pools[0].Backends.Count} backends");
await app.StopAsync();
