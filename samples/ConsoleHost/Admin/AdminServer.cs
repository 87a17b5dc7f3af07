// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Admin;
using LbEngine.ConsoleHost.Commands;
using LbEngine.ConsoleHost.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LbEngine.ConsoleHost.Admin;

/// <summary>The admin interface: JSON over HTTP by Kestrel, on a socket file or a loopback address.</summary>
/// <remarks>
/// It lives on the thread pool, apart from the reactors, and holds nothing of the balancer while it waits for a client. Connections, bodies, headers and times
/// are limited, and a client that sends slowly, or not at all, makes room for others.
/// </remarks>
internal sealed class AdminServer : IAsyncDisposable
{
    private const string Yaml = "application/yaml";
    private const int MostBodyBytes = 64 * 1024;
    private const int MostConnections = 64;

    /// <summary>Connections take no more than this part of the descriptor limit.</summary>
    private const int ShareOfDescriptors = 16;
    private const int MostHeaderBytes = 16 * 1024;

    /// <summary>Least speed of a client in bytes per second, and how long it may be below that.</summary>
    private const double LeastSpeed = 240;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    private readonly WebApplication _application;
    private readonly AdminSocket _socket;
    private bool _isDisposed;

    private AdminServer(WebApplication application, AdminSocket socket, AdminAddress address)
    {
        _application = application;
        _socket = socket;
        Address = address;
    }

    /// <summary>Where it listens, with the port that was given when the configuration says 0.</summary>
    public AdminAddress Address { get; }

    /// <summary>Binds and begins to answer.</summary>
    /// <param name="settings">Where, and behind which secret.</param>
    /// <param name="balancer">What it controls.</param>
    /// <param name="reloadAsync">Reads the configuration file again.</param>
    /// <param name="readOrigin">Says which file that is, and whether it is what was loaded; null without one.</param>
    /// <param name="logger">Hears of defects.</param>
    /// <exception cref="AdminUnavailableException">The address cannot be had.</exception>
    public static async Task<AdminServer> StartAsync(
        AdminSettings settings, LoadBalancer balancer, ReloadCallback reloadAsync, Func<ConfigurationOrigin?> readOrigin, ILogger logger)
    {
        // Before Kestrel, which would replace a socket file that somebody listens on, and leave the rights to the umask.
        AdminSocket socket = AdminSocket.Bind(settings.Address);
        AdminAddress address = socket.Socket.LocalEndPoint is IPEndPoint bound ? new(null, bound) : settings.Address;
        WebApplication application = Build(socket.Socket, address);
        application.Use(new AdminPipeline(new AdminToken(settings.Token)).InvokeAsync);
        application.UseRouting();
        application.MapLoadBalancerAdmin(balancer: balancer, configure: options =>
        {
            options.Reload = reloadAsync;
            options.ConfigurationOrigin = readOrigin;
            options.ConfigurationReaders.Clear();
            options.ConfigurationReaders[Yaml] = static document => ConfigurationFile.Read(document.Span, isJson: false);
            options.ConfigurationReaders[LoadBalancerAdminOptions.Json] = static document => ConfigurationFile.Read(document.Span, isJson: true);
            options.DescribeApi = AdminDocument.Describe;
            options.Logger = logger;
        });
        try
        {
            await application.StartAsync();
            return new AdminServer(application, socket, address);
        }
        catch (IOException exception)
        {
            socket.Dispose();
            await application.DisposeAsync();
            throw new AdminUnavailableException($"cannot listen on {address}: {exception.Message}", exception);
        }
    }

    /// <summary>May be called twice.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        // First: while it is open no other file can have the number by which its own is known.
        _socket.Dispose();

        // What is still being answered gets a moment, not more: the balancer is gone already.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _application.StopAsync(patience.Token);
        await _application.DisposeAsync();
    }

    private static WebApplication Build(System.Net.Sockets.Socket socket, AdminAddress address)
    {
        // Empty: it reads no settings from the environment or from files, and logs nowhere.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        int most = Math.Clamp(DescriptorLimit.Read() / ShareOfDescriptors, 4, MostConnections);
        var crowd = new AdminCrowd(most, most / 2);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => Configure(options, address, crowd));
        var transport = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions { CreateBoundListenSocket = _ => socket }), NullLoggerFactory.Instance);
        builder.Services.AddSingleton<IConnectionListenerFactory>(new AdminDoorFactory(transport, crowd));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();

        return builder.Build();
    }

    private static void Configure(KestrelServerOptions options, AdminAddress address, AdminCrowd crowd)
    {
        options.AddServerHeader = false;
        options.Limits.MaxRequestBodySize = MostBodyBytes;
        options.Limits.MaxRequestHeadersTotalSize = MostHeaderBytes;
        options.Limits.RequestHeadersTimeout = Grace;
        options.Limits.KeepAliveTimeout = KeepAlive;
        options.Limits.MinRequestBodyDataRate = new MinDataRate(LeastSpeed, Grace);
        options.Limits.MinResponseDataRate = new MinDataRate(LeastSpeed, Grace);
        options.Listen(address.EndPoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection => ServeAsync(crowd, connection, next));
        });
    }

    private static async Task ServeAsync(AdminCrowd crowd, ConnectionContext connection, ConnectionDelegate next)
    {
        try
        {
            await next(connection);
        }
        finally
        {
            crowd.Leave(connection.Features.Get<AdminGuest>()!);
        }
    }
}
