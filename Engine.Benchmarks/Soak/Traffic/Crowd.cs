// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Benchmarks.Soak.Processes;

namespace LbEngine.Benchmarks.Soak.Traffic;

/// <summary>Clients that come at once, more than the balancer has room for: half of them send nothing, the others never read. They leave by RST.</summary>
internal sealed class Crowd(ulong seed) : IDisposable
{
    // Of the whole numbers below zero: never one of the clients that are judged. With these a backend has much to send.
    private const long FirstId = -1_000_000;

    private readonly List<Socket> _sockets = [];

    public async Task ComeAsync(int count, CancellationToken stop)
    {
        for (int i = 0; i < count && !stop.IsCancellationRequested; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
            _sockets.Add(socket);
            await ConnectAsync(socket, i, stop);
        }
    }

    public void Dispose()
    {
        foreach (Socket socket in _sockets)
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (SocketException)
            {
                // It has been reset from the other side.
            }

            socket.Dispose();
        }
    }

    private async Task ConnectAsync(Socket socket, int number, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeSpan.FromMilliseconds(100));
        try
        {
            await socket.ConnectAsync(SoakPorts.Main, limit.Token);
            if (number % 2 == 0)
            {
                await socket.SendAsync(StreamPreface.WriteRequest(seed, FirstId - number), SocketFlags.None, limit.Token);
            }
        }
        catch (SocketException)
        {
            // The crowd is not judged; those in its way are.
        }
        catch (OperationCanceledException)
        {
            // The backlog is full: that is what a crowd does.
        }
    }
}
