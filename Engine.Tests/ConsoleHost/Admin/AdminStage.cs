// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LbEngine.Admin;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Admin;
using LbEngine.ConsoleHost.Client;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Streams;
using Microsoft.Extensions.Logging.Abstractions;

namespace LbEngine.Tests.ConsoleHost.Admin;

/// <summary>
/// A running balancer with one listener and pool <c>site</c> of backends <c>a</c>, which takes everything, and <c>b</c> of weight 0, and its admin
/// interface.
/// </summary>
internal sealed class AdminStage : IAsyncDisposable
{
    public const string Token = "s3cret-0123456789";

    private readonly TemporaryDirectory _directory;
    private readonly AdminServer _server;
    private readonly HttpClient _http;

    private AdminStage(LoadBalancer balancer, ScriptedBackend backend, AdminServer server, TemporaryDirectory directory)
    {
        Balancer = balancer;
        Backend = backend;
        _server = server;
        _directory = directory;
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) => new NetworkStream(await ConnectAsync(), ownsSocket: true),
        })
        { BaseAddress = new Uri("http://localhost/"), Timeout = TimeSpan.FromSeconds(30) };
    }

    public LoadBalancer Balancer { get; }

    /// <summary>Backend <c>a</c>.</summary>
    public ScriptedBackend Backend { get; }

    public AdminAddress Address => _server.Address;

    public static async Task<AdminStage> StartAsync(bool loopback = false, Action<LoadBalancerOptions>? configure = null)
    {
        var directory = new TemporaryDirectory();
        var backend = new ScriptedBackend(port: FreePort.Find(IPAddress.Loopback).Port);
        LoadBalancer balancer = new LoadBalancerBuilder()
            .AddListener("web", "127.0.0.1:0", pool: "site")
            .AddPool("site", pool =>
            {
                pool.Affinity = new AffinityOptions();
                pool.AddBackend("a", backend.EndPoint.ToString(), weight: 2).AddBackend("b", $"127.0.0.2:{backend.EndPoint.Port}", weight: 0);
            })
            .Configure(options => configure?.Invoke(options))
            .Build();
        await balancer.StartAsync();
        var address = loopback ? new AdminAddress(null, new IPEndPoint(IPAddress.Loopback, 0)) : new AdminAddress(Path.Combine(directory.Path, "lb.sock"), null);
        var settings = new AdminSettings(address, loopback ? Token : "", IsRequired: true);
        AdminServer server = await AdminServer.StartAsync(settings, balancer, RefuseReloadAsync, () => null, NullLogger.Instance);
        return new AdminStage(balancer, backend, server, directory);
    }

    /// <summary>A bare connection to the admin interface.</summary>
    public async Task<Socket> ConnectAsync()
    {
        bool isFile = Address.SocketFile is not null;
        var socket = new Socket(Address.EndPoint.AddressFamily, SocketType.Stream, isFile ? ProtocolType.Unspecified : ProtocolType.Tcp);
        await socket.ConnectAsync(Address.EndPoint);
        return socket;
    }

    /// <summary>The client that commands use.</summary>
    public AdminClient CreateClient() => new(Address, Address.SocketFile is null ? Token : "");

    /// <summary>A client that the balancer has connected to its backend.</summary>
    public async Task<(Peer Client, Peer Backend)> ConnectClientAsync()
    {
        Peer client = await Peer.ConnectAsync(Balancer.GetStatus().Listeners[0].EndPoint);
        return (client, await Backend.AcceptAsync());
    }

    /// <summary>Sends one request; the body of the reply must be JSON.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(
        HttpMethod method, string path, string? body = null, string type = "application/json", string? token = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));

            // A body that is too large is refused before it is read; a client that has begun to send it would only see a broken pipe.
            request.Headers.ExpectContinue = true;
            _ = request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", token);
        }

        using HttpResponseMessage response = await _http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        using var document = JsonDocument.Parse(text);
        return (response.StatusCode, document.RootElement.Clone());
    }

    /// <summary>Ends the admin interface before the rest.</summary>
    public ValueTask StopServerAsync() => _server.DisposeAsync();

    private static Task<ReloadResult> RefuseReloadAsync(bool force, CancellationToken cancellationToken) =>
        Task.FromResult(new ReloadResult { Conflict = "this balancer runs without a configuration file" });

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        await Balancer.DisposeAsync();
        Backend.Dispose();
        _directory.Dispose();
    }
}
