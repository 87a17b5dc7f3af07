// SPDX-License-Identifier: MIT
using System.Net;
using System.Security.Cryptography.X509Certificates;
using LbEngine.Kestrel;
using LbEngine.Tests.Harness.Host;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace LbEngine.Tests.Kestrel;

/// <summary>An ASP.NET app behind a balancer, which answers who its client is.</summary>
internal sealed class ProxiedApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ProxiedApp(WebApplication app) => _app = app;

    /// <summary>Where it listens, at the loopback address of its family.</summary>
    public IPEndPoint EndPoint => new(IPAddress.Loopback, new Uri(_app.Urls.First()).Port);

    /// <summary>Listens on 127.0.0.1 and believes whoever is there, unless it is told otherwise.</summary>
    public static Task<ProxiedApp> StartAsync(Action<ListenOptions>? more = null) => StartAtAsync(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
    {
        listen.UseProxyProtocol(IPNetwork.Parse("127.0.0.0/8"));
        more?.Invoke(listen);
    }));

    /// <summary>The same over HTTPS, behind a certificate that nobody trusts.</summary>
    public static Task<ProxiedApp> StartWithTlsAsync()
    {
        string pem = TestCertificate.Create("app", -1, 1);
        var certificate = X509Certificate2.CreateFromPem(pem, pem);
        return StartAsync(listen => listen.UseHttps(certificate));
    }

    public static async Task<ProxiedApp> StartAtAsync(Action<KestrelServerOptions> configure)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(configure);
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        app.Run(context => context.Response.WriteAsync(Describe(context)));
        await app.StartAsync();
        return new ProxiedApp(app);
    }

    public Task StopAsync() => _app.StopAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string Describe(HttpContext context)
    {
        IProxyProtocolFeature? told = context.Features.Get<IProxyProtocolFeature>();
        ConnectionInfo connection = context.Connection;
        string remote = $"{connection.RemoteIpAddress}:{connection.RemotePort}";
        string fields = told is null ? "nothing" : $"v{told.Version} {told.Authority} {told.Alpn} {told.UniqueId?.Length}".TrimEnd();
        return $"{remote} to {connection.LocalIpAddress}:{connection.LocalPort} over {context.Request.Scheme} {context.Request.Protocol}, "
            + $"told {fields}, by {told?.TransportRemoteEndPoint}";
    }
}
