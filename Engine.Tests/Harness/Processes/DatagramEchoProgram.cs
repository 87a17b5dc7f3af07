// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Tests.Harness.Datagrams;

namespace LbEngine.Tests.Harness.Processes;

/// <summary>A UDP backend in a process of its own: sends back what it gets. Ends with its standard input, or by being killed.</summary>
internal static class DatagramEchoProgram
{
    public const string Name = "datagram-echo";
    public const string ListeningPrefix = "listening ";

    public static int Run(string address)
    {
        using Socket socket = HeldDatagramPort.Open(IPEndPoint.Parse(address));
        DatagramBuffers.Enlarge(socket);
        Console.WriteLine($"{ListeningPrefix}{socket.LocalEndPoint}");
        var thread = new Thread(() => Echo(socket)) { IsBackground = true };
        thread.Start();
        while (Console.In.ReadLine() is not null)
        {
        }

        return 0;
    }

    /// <summary>Starts one as a child at a port that the test holds, or in a network that it has made.</summary>
    public static async Task<ChildProcess> StartAsync(IPEndPoint endPoint, params string[] launcher)
    {
        string[] command = [.. launcher, .. OwnProgram.Command(Name, endPoint.ToString())];
        ChildProcess child = ChildProcess.Start(command[0], command.Skip(1));
        try
        {
            await child.WaitForLineAsync(ListeningPrefix, limit: TimeSpan.FromSeconds(20));
            return child;
        }
        catch
        {
            child.Dispose();
            throw;
        }
    }

    private static void Echo(Socket socket)
    {
        var buffer = new byte[DatagramBuffers.Longest];
        var from = new SocketAddress(socket.AddressFamily);
        while (true)
        {
            int length = socket.ReceiveFrom(buffer, SocketFlags.None, from);
            socket.SendTo(buffer.AsSpan(0, length), SocketFlags.None, from);
        }
    }
}
