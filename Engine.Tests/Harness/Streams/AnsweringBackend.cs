// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Text;
using LbEngine.Tests.Harness.Host;

namespace LbEngine.Tests.Harness.Streams;

/// <summary>A backend that answers whatever comes with one text and ends, and that can change its answer, go away and come back on its port.</summary>
internal sealed class AnsweringBackend : IDisposable
{
    private readonly Lock _lock = new();
    private Socket? _listener;
    private int _requests;

    public AnsweringBackend(string answer)
    {
        Answer = answer;
        EndPoint = FreePort.Find(IPAddress.Loopback);
        Listen();
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>What it sends after the first bytes of a client; empty for nothing at all.</summary>
    public string Answer { get; set; }

    /// <summary>What it sends by the number of the request, from 1 on; null for the same to all.</summary>
    public Func<int, string>? AnswerByNumber { get; set; }

    public int Requests => Volatile.Read(ref _requests);

    public static string Http(int status, string body = "") => $"HTTP/1.1 {status} Whatever\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    /// <summary>Ceases to listen: connects are refused.</summary>
    public void GoAway()
    {
        lock (_lock)
        {
            _listener?.Dispose();
            _listener = null;
        }
    }

    /// <summary>Listens, on the same port as before.</summary>
    public void Listen()
    {
        lock (_lock)
        {
            var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            listener.Bind(EndPoint);
            listener.Listen(512);
            _listener = listener;
            _ = AcceptAsync(listener);
        }
    }

    public void Dispose() => GoAway();

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It has gone away.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using Socket owned = client;
        var buffer = new byte[4096];
        try
        {
            if (await client.ReceiveAsync(buffer) > 0)
            {
                int number = Interlocked.Increment(ref _requests);
                string answer = AnswerByNumber?.Invoke(number) ?? Answer;
                await client.SendAsync(Encoding.ASCII.GetBytes(answer));
                if (answer.Length > 0)
                {
                    client.Shutdown(SocketShutdown.Send);
                }
            }

            while (await client.ReceiveAsync(buffer) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // The other end has reset it.
        }
    }
}
