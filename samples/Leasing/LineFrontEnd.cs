// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Leasing;
using LbEngine.Lifecycle;

namespace LbEngine.Samples.Leasing;

/// <summary>A front end for a protocol of its own: one line comes in, one line of a backend goes out. Yours may speak HTTP.</summary>
internal sealed class LineFrontEnd : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly LeasePool _pool;

    public LineFrontEnd(LeasePool pool)
    {
        _pool = pool;
        _listener.Start();
        _ = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    public void Dispose() => _listener.Dispose();

    /// <summary>All of it that has to do with the engine: lease, connect, retry elsewhere, say how it went, end.</summary>
    private async Task<string> AskAsync(IPAddress client, string question)
    {
        if (!_pool.TryLease(new LeaseRequest { Client = client }, out BackendLease? lease, out RejectReason reason))
        {
            return $"sorry: {reason}";
        }

        using (lease)
        {
            using TcpClient? backend = await ConnectAsync(lease);
            if (backend is null)
            {
                return "sorry: no backend could be connected";
            }

            if (await ExchangeAsync(backend, question, lease.Ending) is string answer)
            {
                lease.Answered();
                return $"{lease.Backend} says: {answer}";
            }

            lease.End(lease.Ending.IsCancellationRequested ? LeaseFailure.NotBackend : LeaseFailure.Answer);
            return "sorry: the backend broke off";
        }
    }

    /// <summary>Null when every backend that may be tried has failed; the lease has ended then.</summary>
    private static async Task<TcpClient?> ConnectAsync(BackendLease lease)
    {
        do
        {
            var backend = new TcpClient();
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(lease.Ending);
            patience.CancelAfter(lease.ConnectTimeout);
            try
            {
                await backend.ConnectAsync(lease.EndPoint, patience.Token);
                return backend;
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                backend.Dispose();
            }
        }
        while (lease.Retry(lease.Ending.IsCancellationRequested ? LeaseFailure.NotBackend : LeaseFailure.Connect));
        return null;
    }

    /// <summary>Null when no whole line comes back, or <paramref name="ending"/> says that there is no more time for it.</summary>
    private static async Task<string?> ExchangeAsync(TcpClient backend, string question, CancellationToken ending)
    {
        try
        {
            using var reader = new StreamReader(backend.GetStream());
            await using var writer = new StreamWriter(backend.GetStream()) { AutoFlush = true };
            await writer.WriteLineAsync(question.AsMemory(), ending);
            return await reader.ReadLineAsync(ending);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return null;
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                using var reader = new StreamReader(client.GetStream());
                await using var writer = new StreamWriter(client.GetStream());
                if (await reader.ReadLineAsync() is string question)
                {
                    await writer.WriteLineAsync(await AskAsync(((IPEndPoint)client.Client.RemoteEndPoint!).Address, question));
                }
            }
            catch (IOException)
            {
                // The client went away.
            }
        }
    }
}
