// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Benchmarks.Versus.Contenders;

namespace LbEngine.Benchmarks.Versus.Rows;

/// <summary>Connections that do nothing: the memory of the process for each. The kernel's own for two sockets is the same for all.</summary>
internal sealed class IdleRow : IVersusRow
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1.5);

    public string Name => "idle";

    public string Title => "Idle TCP connections: bytes of resident memory per connection";

    public string Command => "sockets that connect and stay silent; VmRSS before and after";

    public bool Includes(Contender contender) => contender.IsBalancer;

    public bool IsOnce => true;

    public double Weight => 1;

    public Sample Measure(Ring ring, Contender contender, int seconds)
    {
        int count = VersusPlan.IdleConnections;
        var clients = new List<Socket>(count);
        long before = ring[contender].ReadResidentBytes();
        try
        {
            var target = new IPEndPoint(IPAddress.Loopback, contender.Ports.Web);
            for (int i = 0; i < count; i++)
            {
                var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
                clients.Add(client);
                client.Connect(target);
            }

            Thread.Sleep(Settling);
            long after = ring[contender].ReadResidentBytes();
            return new Sample(Math.Max(after - before, 0) / (double)count, count, new Dictionary<string, double> { ["RSS MB"] = after / 1e6 });
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
            Thread.Sleep(Settling);
        }
    }

    public string Dissect(Ring ring, Contender contender) => "";
}
