// SPDX-License-Identifier: MIT
using System.Net.Sockets;

namespace LbEngine.Benchmarks.Soak.Traffic;

/// <summary>What a backend says to the health check: that it is well, until it is told otherwise.</summary>
internal sealed class HealthAnswer
{
    private static readonly byte[] Well = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray();
    private static readonly byte[] Sick = "HTTP/1.1 503 Sick\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray();

    public volatile bool IsSick;

    public static bool IsQuestion(ReadOnlySpan<byte> first) => first.StartsWith("GET "u8);

    public async Task GiveAsync(Socket socket)
    {
        // The rest of the question must be read: unread bytes would turn the end into a reset.
        var rest = new byte[4096];
        await socket.ReceiveAsync(rest, SocketFlags.None);
        await socket.SendAsync(IsSick ? Sick : Well, SocketFlags.None);
        socket.Shutdown(SocketShutdown.Send);
        await socket.ReceiveAsync(rest, SocketFlags.None);
    }
}
