// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using LbEngine;
using LbEngine.Admin;
using LbEngine.Admin.Doctor;
using LbEngine.Admin.Messages;
using LbEngine.Configuration;
using LbEngine.Hosting;
using LbEngine.Samples.AdminInAspNet;
using Microsoft.AspNetCore.Authentication;

bool once = args.Contains("--once");
WebApplicationBuilder builder = WebApplication.CreateBuilder();
builder.WebHost.UseUrls(once ? "http://127.0.0.1:0" : "http://127.0.0.1:5000");
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Configuration["OperatorKey"] ??= RandomNumberGenerator.GetHexString(32, lowercase: true);

// The app's own idea of who may operate the balancer.
builder.Services.AddAuthentication(ApiKeyHandler.SchemeName).AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null);
builder.Services.AddAuthorizationBuilder().AddPolicy("operators", policy => policy.RequireAuthenticatedUser());

// A balancer that starts and stops with the app. Nobody listens at its backend: there is something to diagnose.
builder.Services.AddLoadBalancer(_ => { }, balancer => balancer
    .AddListener("web", "127.0.0.1:0", pool: "site")
    .AddPool("site", pool => pool.AddBackend("a", "127.0.0.1:9")));

await using WebApplication app = builder.Build();
app.MapGet("/", () => "an app, and a load balancer in it");
app.MapLoadBalancerAdmin("/lb").RequireAuthorization("operators");
await app.StartAsync();

if (!once)
{
    Console.WriteLine($"Try: curl -H '{ApiKeyHandler.Header}: {app.Configuration["OperatorKey"]}' {app.Urls.First()}/lb/v1/status - Ctrl-C ends.");
    await app.WaitForShutdownAsync();
    return;
}

// The same from a client: refused without the key, carried out with it.
using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromSeconds(10) };
using HttpResponseMessage refused = await client.GetAsync(new Uri("/lb/v1/status", UriKind.Relative));
Console.WriteLine($"without the key: {(int)refused.StatusCode}");
client.DefaultRequestHeaders.Add(ApiKeyHandler.Header, app.Configuration["OperatorKey"]);
StatusMessage? status = await client.GetFromJsonAsync(new Uri("/lb/v1/status", UriKind.Relative), AdminJson.Default.StatusMessage);
Console.WriteLine($"with the key: {status?.State}, {status?.Pools.Count} pool");

// And from code in the app: why does backend a not serve?
LoadBalancer engine = app.Services.GetRequiredService<LoadBalancer>();
foreach (BackendDiagnosis diagnosis in await engine.DiagnoseAsync("site", "a"))
{
    Console.WriteLine(diagnosis);
}

await app.StopAsync();
