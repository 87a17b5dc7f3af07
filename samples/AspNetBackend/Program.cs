// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Kestrel;

bool once = args.Contains("--once");
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, once ? 0 : 9001, listen =>
    listen.UseProxyProtocol(IPNetwork.Parse("127.0.0.0/8"))));

await using WebApplication app = builder.Build();
app.MapGet("/", (HttpContext context) =>
{
    IProxyProtocolFeature? told = context.Features.Get<IProxyProtocolFeature>();
    return $"You are {context.Connection.RemoteIpAddress}, {told?.TransportRemoteEndPoint} brings you.\n";
});
await app.StartAsync();

if (!once)
{
    Console.WriteLine("Try: curl --haproxy-protocol http://127.0.0.1:9001/ - Ctrl-C ends.");
    await app.WaitForShutdownAsync();
    return;
}

// As a balancer with sendProxy: v1 connects.
using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync }) { Timeout = TimeSpan.FromSeconds(10) };
Console.Write(await client.GetStringAsync(new Uri(app.Urls.First())));
await app.StopAsync();

static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken token)
{
    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    await socket.ConnectAsync(context.DnsEndPoint, token);
    await socket.SendAsync("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n"u8.ToArray(), token);
    return new NetworkStream(socket, ownsSocket: true);
}
