// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary>What a client sends to all hosts comes to every socket on the port.</summary>
public sealed class BroadcastTests : EndToEndTest
{
    private static readonly IPAddress Everybody = IPAddress.Parse("127.255.255.255");

    /// <summary>Each transport, with a listener on all addresses and on the broadcast address itself.</summary>
    public static TheoryData<TransportKind, string> BothBinds { get; } = Transports.BothWith("0.0.0.0", "127.255.255.255");

    [Theory]
    [MemberData(nameof(BothBinds))]
    public async Task Broadcast_SeveralReactors_TheBackendGetsOneCopyAndTheClientIsAnswered(TransportKind transport, string bind)
    {
        const int Datagrams = 10;
        DatagramEcho backend = Stage.AddDatagramEcho();
        int port = FreePort.Find(IPAddress.Loopback).Port;
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport, BalancerSettings.ForDatagrams(backend.EndPoint) with { Bind = $"{bind}:{port}", Reactors = 4 });
        DatagramClient client = Stage.Own(DatagramClient.Open(AddressFamily.InterNetwork, from: IPAddress.Loopback));
        client.AllowBroadcast();

        for (int i = 0; i < Datagrams; i++)
        {
            await client.SendToAsync(Datagram.Create(0, i, 100), new IPEndPoint(Everybody, port));
            ReceivedDatagram reply = await client.ReceiveFromAsync();
            Assert.Equal(Datagram.Create(0, i, 100), reply.Payload);
            Assert.Equal(IPAddress.Loopback, reply.From.Address);
        }

        // What goes to this host alone may come to another socket, and is a flow of its own.
        if (bind == "0.0.0.0")
        {
            await client.SendToAsync(Datagram.Create(0, Datagrams, 100), new IPEndPoint(IPAddress.Loopback, port));
            Assert.Equal(Datagram.Create(0, Datagrams, 100), (await client.ReceiveFromAsync()).Payload);
        }

        Assert.False(client.HasPending);
        Assert.Empty(balancer.Status.Dropped);
        Assert.Equal(bind == "0.0.0.0" ? Datagrams + 1 : Datagrams, backend.Received.Values.Sum());
    }
}
