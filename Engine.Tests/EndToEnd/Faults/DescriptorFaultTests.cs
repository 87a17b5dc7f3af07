// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.EndToEnd.Faults;

/// <summary>Far more clients than the process has descriptors for.</summary>
public sealed class DescriptorFaultTests : EndToEndTest
{
    private const int Clients = 1000;
    private const int Descriptors = 512;

    [PeerTheory("/usr/bin/prlimit")]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task ThousandClients_With512Descriptors_HoldsAtTheClampAndResumesWhenOneCloses(TransportKind transport)
    {
        (ChildProcess echo, IPEndPoint backend) = await EchoProgram.StartAsync();
        Stage.Own(echo);
        EngineProcess engine = await Stage.StartEngineProcessAsync(
            transport, BalancerSettings.For(backend), "/usr/bin/prlimit", $"--nofile={Descriptors}:{Descriptors}");
        EngineReport atRest = await engine.ReportAsync();
        var clients = new List<Peer>();
        for (int i = 0; i < Clients; i++)
        {
            clients.Add(Stage.Own(new Peer(Connect(engine.EndPoint), $"client {i}", 1, 1)));
        }

        EngineReport held = await engine.WaitForReportAsync(report => report.Active == report.Capacity, "the engine is full", TimeSpan.FromSeconds(30));
        Assert.InRange(held.Capacity, 1, (Descriptors / 2) - 1);
        Assert.Equal(0, held.Rejected);
        Assert.InRange(held.Sockets, 2 * held.Capacity, Descriptors - 64);

        // Full and nothing to do: the processor rests. The best of three seconds, because the runtime still compiles in the first.
        var used = new List<TimeSpan>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 3; i++)
        {
            TimeSpan before = engine.Child.ProcessorTime;
            await timer.WaitForNextTickAsync();
            used.Add(engine.Child.ProcessorTime - before);
        }

        // 5 % of a processor.
        Assert.InRange(used.Min(), TimeSpan.Zero, TimeSpan.FromMilliseconds(50));
        await CheckResumeAsync(clients, atRest.Capacity);
        Assert.False(engine.Child.HasExited);
        Assert.Equal(atRest.Capacity, (await engine.ReportAsync()).Capacity);
    }

    /// <summary>Closes served clients one by one; each time the oldest held one must be served soon.</summary>
    private static async Task CheckResumeAsync(List<Peer> clients, int capacity)
    {
        // Reactors accept on their own, so the first clients need not be the ones that are served: ask all, and see who is answered.
        foreach (Peer client in clients)
        {
            await client.SendAsync(10);
        }

        await Waiting.UntilAsync(() => clients.Count(client => client.Socket.Available == 10) >= capacity, "as many clients as fit are answered");
        var waits = new List<long>();
        for (int round = 0; round < 5; round++)
        {
            Peer served = clients.First(client => client.Socket.Available == 10);
            clients.Remove(served);
            int answered = clients.Count(client => client.Socket.Available == 10);
            long start = Environment.TickCount64;
            served.Dispose();
            await Waiting.UntilAsync(() => clients.Count(client => client.Socket.Available == 10) > answered, "a held client is answered after another has left");
            waits.Add(Environment.TickCount64 - start);
        }

        // The best of five, because this machine may have other work at any moment.
        Assert.InRange(waits.Min(), 0, 100);
    }

    private static Socket Connect(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(endPoint);
        return socket;
    }
}
