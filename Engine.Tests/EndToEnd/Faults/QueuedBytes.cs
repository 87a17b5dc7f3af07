// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.EndToEnd.Faults;

/// <summary>Bytes that wait in the kernel for one connection through a balancer: send and receive queues of all four sockets.</summary>
/// <param name="Total">Their sum.</param>
internal readonly record struct QueuedBytes(long Total)
{
    /// <summary>
    /// Reads the queues of the connection between <paramref name="client"/> and <paramref name="server"/> by way of <paramref name="balancer"/>,
    /// IPv4.
    /// </summary>
    /// <remarks>A byte sent but not acknowledged lies in two queues; at rest there is none.</remarks>
    public static QueuedBytes Read(IPEndPoint balancer, Socket client, Socket server)
    {
        var clientEnd = (IPEndPoint)client.LocalEndPoint!;
        var serverEnd = (IPEndPoint)server.LocalEndPoint!;
        var engineEnd = (IPEndPoint)server.RemoteEndPoint!;
        (int From, int To)[] wanted =
        [
            (clientEnd.Port, balancer.Port), (balancer.Port, clientEnd.Port), (engineEnd.Port, serverEnd.Port), (serverEnd.Port, engineEnd.Port),
        ];

        long total = 0;
        foreach (string line in File.ReadLines("/proc/net/tcp").Skip(1))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (wanted.Contains((Port(fields[1]), Port(fields[2]))))
            {
                string[] queues = fields[4].Split(':');
                total += Hex(queues[0]) + Hex(queues[1]);
            }
        }

        return new QueuedBytes(total);
    }

    private static int Port(string endPoint) => Hex(endPoint[(endPoint.IndexOf(':', StringComparison.Ordinal) + 1)..]);

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
