// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Benchmarks.Udp;

/// <summary>
/// <c>udp-echo --port 5301[,5302...] [--bind 127.0.0.1]</c>: backends that send every datagram back, one thread for each port. Runs until it is
/// ended.
/// </summary>
internal static class UdpEchoCommand
{
    public const string Name = "udp-echo";
    public const string Summary = "Backends that send every datagram back, one thread for each port, until it is ended.";
    public const string Example = "udp-echo --port 7001,7002";

    // SO_RCVBUFFORCE, for root: goes beyond net.core.rmem_max.
    private const int SocketLevel = 1;
    private const int ReceiveBufferForce = 33;
    private const int ReceiveBuffer = 16 * 1024 * 1024;

    public static int Run(IReadOnlyList<string> words)
    {
        var settings = new CommandSettings(words);
        string ports = settings.Text("port");
        IPAddress address = settings.Switch("bind") ? IPAddress.Parse(settings.Text("bind")) : IPAddress.Loopback;
        settings.EnsureAllKnown();
        var threads = new List<Thread>();
        foreach (string port in ports.Split(','))
        {
            Socket socket = Bind(new IPEndPoint(address, int.Parse(port, CultureInfo.InvariantCulture)));
            Console.WriteLine($"listening {socket.LocalEndPoint}");
            var thread = new Thread(() => Echo(socket));
            thread.Start();
            threads.Add(thread);
        }

        threads.ForEach(thread => thread.Join());
        return 0;
    }

    private static Socket Bind(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.ReceiveBufferSize = ReceiveBuffer;
        if (Environment.IsPrivilegedProcess)
        {
            socket.SetRawSocketOption(SocketLevel, ReceiveBufferForce, BitConverter.GetBytes(ReceiveBuffer));
        }

        socket.Bind(endPoint);
        return socket;
    }

    private static void Echo(Socket socket)
    {
        var buffer = new byte[65536];
        var from = new SocketAddress(socket.AddressFamily);
        while (true)
        {
            int length = socket.ReceiveFrom(buffer, SocketFlags.None, from);
            socket.SendTo(buffer.AsSpan(0, length), SocketFlags.None, from);
        }
    }
}
