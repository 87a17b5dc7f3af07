// SPDX-License-Identifier: MIT
using System.Net.Sockets;

namespace LbEngine.Benchmarks.Measuring;

/// <summary>A client for the admin interface of a balancer at a socket file.</summary>
internal static class AdminSocket
{
    public static HttpClient Open(string file, TimeSpan limit) =>
        new(new SocketsHttpHandler { UseProxy = false, ConnectCallback = (_, stop) => ConnectAsync(file, stop) })
        {
            BaseAddress = new Uri("http://localhost/"),
            Timeout = limit,
        };

    private static async ValueTask<Stream> ConnectAsync(string file, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(file), stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
