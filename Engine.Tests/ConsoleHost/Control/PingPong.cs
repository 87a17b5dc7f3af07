// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.ConsoleHost.Control;

/// <summary>
/// Clients that ask and are answered without a pause: some keep their connection, others open one for each question. Whatever goes wrong is kept.
/// </summary>
internal sealed class PingPong : IAsyncDisposable
{
    private readonly IPEndPoint _target;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _clients = [];
    private readonly List<string> _failures = [];
    private long _answers;

    /// <param name="target">The balancer; behind it is an echo.</param>
    /// <param name="kept">Clients that keep one connection.</param>
    /// <param name="fresh">Clients that open a new one each time.</param>
    public PingPong(IPEndPoint target, int kept, int fresh)
    {
        _target = target;
        _clients.AddRange(Enumerable.Range(0, kept).Select(i => Task.Run(() => AskAsync(connections: 1, $"kept {i}"))));
        _clients.AddRange(Enumerable.Range(0, fresh).Select(i => Task.Run(() => AskAsync(connections: int.MaxValue, $"fresh {i}"))));
    }

    public long Answers => Interlocked.Read(ref _answers);

    /// <summary>Lets every client finish its question; returns what went wrong.</summary>
    public async Task<IReadOnlyList<string>> StopAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_clients).WaitAsync(TimeSpan.FromSeconds(30));
        return _failures;
    }

    public async ValueTask DisposeAsync()
    {
        _ = await StopAsync();
        _stopping.Dispose();
    }

    private async Task AskAsync(int connections, string name)
    {
        byte[] buffer = new byte[64];
        try
        {
            for (int i = 0; i < connections && !_stopping.IsCancellationRequested; i++)
            {
                using var socket = new Socket(_target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(_target);
                do
                {
                    await AskOnceAsync(socket, buffer);
                }
                while (connections == 1 && !_stopping.IsCancellationRequested);

                socket.Shutdown(SocketShutdown.Send);
                while (await socket.ReceiveAsync(buffer) > 0)
                {
                }
            }
        }
        catch (Exception exception)
        {
            lock (_failures)
            {
                _failures.Add($"{name} after {Answers} answers: {exception.Message}");
            }
        }
    }

    private async Task AskOnceAsync(Socket socket, byte[] buffer)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await socket.SendAsync("a question"u8.ToArray(), deadline.Token);
        for (int received = 0; received < 10;)
        {
            int count = await socket.ReceiveAsync(buffer, deadline.Token);
            if (count == 0)
            {
                throw new InvalidOperationException("the balancer ended the connection in the middle of an answer");
            }

            received += count;
        }

        Interlocked.Increment(ref _answers);
    }
}
