// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.ConsoleHost.Names;

/// <summary>The real <c>lb</c> in a network of its own, whose only name server is a fake one that misbehaves in every known way.</summary>
public sealed class NameServerTests : EndToEndTest
{
    private const int ListenerPort = 8080;

    [RootTheory]
    [InlineData("linux")]
    [InlineData("sockets")]
    public async Task Run_NameServerMisbehavesInEveryWay_KeepsServingByTheLastAnswer(string transport)
    {
        NetworkNamespace network = Stage.OwnGround(await NetworkNamespace.CreateAsync());
        network.UseNameServer(network.Outside);
        FakeNameServer server = Stage.Own(new FakeNameServer(network.Outside));
        ScriptedBackend four = Stage.AddBackend(network.Outside);
        ScriptedBackend six = Stage.AddBackend(network.OutsideV6, port: four.EndPoint.Port);
        server.Answer(FakeAnswer.Addresses, network.Outside);
        await using LbRun lb = await LbRun.StartInAsync(network.Launcher, Document(network, four.EndPoint.Port, transport));
        var entrance = new IPEndPoint(network.Inside, ListenerPort);
        (Peer client, Peer own) = await OpenAsync(entrance, four, 0);

        (FakeAnswer Answer, string Reason)[] failures =
        [
            (FakeAnswer.NoSuchName, "there is no such name"),
            (FakeAnswer.Failure, "the name servers failed, or did not answer"),
            (FakeAnswer.NoAddress, "no address"),
            (FakeAnswer.Silence, "the name servers failed, or did not answer"),
        ];
        foreach ((FakeAnswer answer, string reason) in failures)
        {
            int before = lb.Lines.Count;
            server.Answer(answer);
            Assert.Contains(reason, await lb.WaitForLineAsync("db.test cannot be resolved", before), StringComparison.Ordinal);
            int asked = server.Asked;
            await Waiting.UntilAsync(() => server.Asked >= asked + 2, "the name is looked up again");
            (Peer late, _) = await OpenAsync(entrance, four, 1);
            late.Dispose();
            (_, string table, _) = await lb.CommandAsync("backends");
            Assert.Contains($"site/a@{network.Outside}", table, StringComparison.Ordinal);
            Assert.Contains("site/a: db.test cannot be resolved", table, StringComparison.Ordinal);

            server.Answer(FakeAnswer.Addresses, network.Outside);
            await lb.WaitForLineAsync("db.test is resolved again", before);
            Assert.Single(lb.Lines.Skip(before), line => line.Contains("cannot be resolved", StringComparison.Ordinal));
        }

        server.Answer(FakeAnswer.AddressesOverTcp, network.OutsideV6, network.OutsideV6);
        await lb.WaitForLineAsync($"db.test now resolves to {network.OutsideV6} (1 in all)");
        (Peer moved, Peer other) = await OpenAsync(entrance, six, 2);
        await moved.SendAsync(1000);
        await other.ReceiveAsync(1000);
        await client.SendAsync(1000);
        await own.ReceiveAsync(1000);
        Assert.True(server.AskedOverTcp > 0, "The cut answer was not asked for over TCP.");
        (int exitCode, string drained, _) = await lb.CommandAsync("drain", $"site/a@{network.OutsideV6}");
        Assert.Equal(0, exitCode);
        Assert.Contains("draining", drained, StringComparison.Ordinal);
    }

    [RootTheory]
    [InlineData("linux")]
    public async Task Run_AnswersWithAThousandAddressesInChangingOrder_Takes64AndStaysWithThem(string transport)
    {
        NetworkNamespace network = Stage.OwnGround(await NetworkNamespace.CreateAsync());
        network.UseNameServer(network.Outside);
        FakeNameServer server = Stage.Own(new FakeNameServer(network.Outside));
        server.Answer(FakeAnswer.Addresses, [.. Enumerable.Range(0, 1000).Select(number => new IPAddress([10, 0, (byte)(number / 256), (byte)number]))]);

        await using LbRun lb = await LbRun.StartInAsync(network.Launcher, Document(network, 80, transport));
        await Waiting.UntilAsync(() => server.AskedOverTcp >= 6, "the name was looked up again and again");
        (_, string table, _) = await lb.CommandAsync("backends");

        string states = table.Split("\n\n")[0];
        Assert.Equal(64, states.Split('\n').Count(line => line.StartsWith("site/a@10.0.", StringComparison.Ordinal)));
        Assert.Contains("site/a@10.0.0.63", table, StringComparison.Ordinal);
        Assert.Single(lb.Lines, line => line.Contains("(64 in all)", StringComparison.Ordinal));
        Assert.Single(lb.Lines, line => line.Contains("db.test has 1000 addresses; the first 64", StringComparison.Ordinal));
    }

    [RootTheory]
    [InlineData("linux")]
    public async Task Run_NameServerIsDead_StartsAllTheSameAndDoctorSaysWhy(string transport)
    {
        NetworkNamespace network = Stage.OwnGround(await NetworkNamespace.CreateAsync());
        network.UseNameServer(network.Outside);
        FakeNameServer server = Stage.Own(new FakeNameServer(network.Outside));
        ScriptedBackend backend = Stage.AddBackend(network.Outside);
        server.Answer(FakeAnswer.Silence);

        await using LbRun lb = await LbRun.StartInAsync(network.Launcher, Document(network, backend.EndPoint.Port, transport));
        (int exitCode, string diagnosis, _) = await LbProcess.RunInAsync(network.Launcher, ["doctor", lb.File]);
        (int exitCodeOfRunning, string ofRunning, _) = await LbProcess.RunInAsync(network.Launcher, ["doctor", "site/a", "--admin", lb.AdminAddress]);
        server.Answer(FakeAnswer.Addresses, network.Outside);
        await lb.WaitForLineAsync("db.test is resolved again");
        _ = await OpenAsync(new IPEndPoint(network.Inside, ListenerPort), backend, 0);
        (int exitCodeInTheEnd, string inTheEnd, _) = await LbProcess.RunInAsync(network.Launcher, ["doctor", lb.File, "site/a"]);

        Assert.Equal((1, 1, 0), (exitCode, exitCodeOfRunning, exitCodeInTheEnd));
        Assert.Contains($"site/a db.test:{backend.EndPoint.Port} (tcp): name-unknown", diagnosis, StringComparison.Ordinal);
        Assert.Contains("getent ahosts db.test", diagnosis, StringComparison.Ordinal);
        Assert.Contains("the balancer says: db.test cannot be resolved", ofRunning, StringComparison.Ordinal);
        Assert.Contains($"site/a@{network.Outside} {backend.EndPoint} (tcp): healthy", inTheEnd, StringComparison.Ordinal);
        Assert.Contains($"db.test resolves here to {network.Outside}", inTheEnd, StringComparison.Ordinal);
    }

    private static string Document(NetworkNamespace network, int port, string transport) => $$"""
        transport: {{transport}}
        listeners: { web: { bind: "{{network.Inside}}:{{ListenerPort}}", pool: site } }
        pools:
          site:
            resolve: { interval: 1s, timeout: 2s }
            backends: { a: { address: "db.test:{{port}}" } }
        """;

    private async Task<(Peer Client, Peer Server)> OpenAsync(IPEndPoint entrance, ScriptedBackend backend, int pair)
    {
        Peer client = Stage.Own(await Peer.ConnectAsync(entrance, pair));
        return (client, await Stage.AcceptAsync(backend, pair));
    }
}
