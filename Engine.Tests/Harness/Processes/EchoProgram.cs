// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Tests.Harness.Host;

namespace LbEngine.Tests.Harness.Processes;

/// <summary>A backend in a process of its own: sends back what it gets, and its end after the client's. Ends with its standard input.</summary>
internal static class EchoProgram
{
    public const string Name = "echo";
    public const string ListeningPrefix = "listening ";

    /// <summary>A second argument: accepts and then never reads.</summary>
    private const string Deaf = "deaf";

    public static async Task<int> RunAsync(string address, params IReadOnlyList<string> further)
    {
        var own = IPEndPoint.Parse(address);
        using var listener = new Socket(own.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(own);
        listener.Listen(4096);
        Console.WriteLine($"{ListeningPrefix}{listener.LocalEndPoint}");
        _ = AcceptAsync(listener, further.Contains(Deaf));
        while (await Console.In.ReadLineAsync() is not null)
        {
        }

        return 0;
    }

    /// <summary>Starts one as a child and says where it listens.</summary>
    public static Task<(ChildProcess Child, IPEndPoint EndPoint)> StartAsync(
        string address = "127.0.0.1:0",
        params string[] further) => StartAsync(OwnProgram.Command(Name, [address, .. further]));

    /// <summary>Starts one on another host.</summary>
    public static Task<(ChildProcess Child, IPEndPoint EndPoint)> StartInsideAsync(NetworkNamespace network) =>
        StartAsync([.. network.Launcher, .. OwnProgram.Command(Name, $"{network.Inside}:0")]);

    private static async Task<(ChildProcess Child, IPEndPoint EndPoint)> StartAsync(IReadOnlyList<string> command)
    {
        ChildProcess child = ChildProcess.Start(command[0], command.Skip(1));
        try
        {
            return (child, IPEndPoint.Parse(await child.WaitForLineAsync(ListeningPrefix, limit: TimeSpan.FromSeconds(20))));
        }
        catch
        {
            child.Dispose();
            throw;
        }
    }

    /// <summary>Starts one that accepts and never reads, so that bytes lie unread in its sockets.</summary>
    public static Task<(ChildProcess Child, IPEndPoint EndPoint)> StartDeafAsync() => StartAsync("127.0.0.1:0", Deaf);

    private static async Task AcceptAsync(Socket listener, bool isDeaf)
    {
        var deaf = new List<Socket>();
        while (true)
        {
            Socket socket = await listener.AcceptAsync();
            if (isDeaf)
            {
                deaf.Add(socket);
            }
            else
            {
                _ = EchoAsync(socket);
            }
        }
    }

    private static async Task EchoAsync(Socket socket)
    {
        using Socket owned = socket;
        socket.NoDelay = true;
        try
        {
            // Waits without a buffer, so that thousands of idle connections cost little.
            while (true)
            {
                await socket.ReceiveAsync(Memory<byte>.Empty);
                var buffer = new byte[Math.Clamp(socket.Available, 1, 65536)];
                int n = await socket.ReceiveAsync(buffer);
                if (n == 0)
                {
                    break;
                }

                for (int sent = 0; sent < n;)
                {
                    sent += await socket.SendAsync(buffer.AsMemory(sent, n - sent));
                }
            }

            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The other end is gone; the test looks at that end.
        }
    }
}
