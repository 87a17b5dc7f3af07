// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Admission;
using LbEngine.Connections;
using LbEngine.Control;
using LbEngine.Control.Succession;
using LbEngine.Tables;
using LbEngine.Testing;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Control.Succession;

/// <summary>What one engine tells the next of its flows.</summary>
public sealed class FlowMemoryTests
{
    [Fact]
    public async Task Write_ThenRead_KnowsTheAnsweredFlowsAndHowLongTheyLive()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2);
        MemoryDatagramClient[] clients = [stage.Ask("a", "198.51.100.1:1000"), stage.Ask("b", "198.51.100.2:2000")];
        stage.Time.Advance(TimeSpan.FromSeconds(20));
        clients[1].Send("again");
        Array.ForEach([.. stage.Backends], backend => backend.Silent());
        stage.Ask("never answered", "198.51.100.3:3000");
        EngineParts parts = MemoryStage.PartsOf(stage.Balancer);

        byte[] written = FlowMemory.Write(parts.Traffic.Table, parts.Model, stage.Time);
        IReadOnlyDictionary<FlowKey, HandedFlow> read = FlowMemory.Read(written, parts.Model.Listeners, nowMilliseconds: 1_000_000);

        Assert.Equal(
            ["198.51.100.1:1000 site 1040000", "198.51.100.2:2000 site 1060000"],
            read.Select(pair => $"{pair.Key.Client} {pair.Value.Pool} {pair.Value.DeadlineMilliseconds}").Order());
        Assert.Equal(
            clients.Select(client => stage.Backends[DatagramStage.BackendOf(client)].EndPoint),
            clients.Select(client => read[new FlowKey(EndPointKey.From(client.LocalEndPoint), 0)].Address));
    }

    [Fact]
    public async Task Read_OfAnythingElse_KnowsWhatItUnderstands()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync();
        stage.Ask("a");
        EngineParts parts = MemoryStage.PartsOf(stage.Balancer);
        byte[] written = FlowMemory.Write(parts.Traffic.Table, parts.Model, stage.Time);
        var random = new Random(1);

        for (int length = 0; length < written.Length; length++)
        {
            Assert.Empty(FlowMemory.Read(written.AsSpan(0, length), parts.Model.Listeners, 0));
        }

        for (int i = 0; i < 10_000; i++)
        {
            byte[] broken = [.. written];
            broken[random.Next(broken.Length)] = (byte)random.Next(256);
            Assert.InRange(FlowMemory.Read(broken, parts.Model.Listeners, 0).Count, 0, 1);
        }
    }

    [Fact]
    public async Task Take_EachKind_IsGivenOnceAndOnlyWhileItHolds()
    {
        await using DatagramStage stage = await DatagramStage.StartAsync(backends: 2);
        Listener listener = MemoryStage.PartsOf(stage.Balancer).Model.Listeners[0];
        IPEndPoint own = stage.Pool.Current.Find("b1")!.Address;
        var flows = new HandedFlows();
        flows.Set([
            Handed(1, "site", "b1", own),
            Handed(2, "other", "b1", own),
            Handed(3, "site", "b9", own),
            Handed(4, "site", "b1", IPEndPoint.Parse("10.9.9.9:53")),
            Handed(5, "site", "b1", own, deadline: 50),
        ]);

        string[] taken = [.. Enumerable.Range(1, 6).Append(1).Select(port => flows.Take(Flow(port), stage.Pool, nowMilliseconds: 60)?.Name ?? "-")];

        Assert.Equal(["b1", "-", "-", "-", "-", "-", "-"], taken);
        Assert.Equal(0, flows.Count);

        Forwarding.TestFlow Flow(int port) => new() { Listener = listener, Client = Client(port) };

        KeyValuePair<FlowKey, HandedFlow> Handed(int port, string pool, string backend, IPEndPoint address, long deadline = 100) =>
            new(new FlowKey(Client(port), listener.Id), new HandedFlow(pool, backend, address, deadline));

        static EndPointKey Client(int port) => EndPointKey.From(new IPEndPoint(IPAddress.Loopback, port));
    }
}
