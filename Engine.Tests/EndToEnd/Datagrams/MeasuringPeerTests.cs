// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary>Well-known measuring programs find nothing wrong with the way.</summary>
public sealed partial class MeasuringPeerTests : EndToEndTest
{
    private const string Iperf3 = "/usr/bin/iperf3";
    private const string Sockperf = "/usr/bin/sockperf";

    /// <summary>A transport, and whether the server is the one that sends.</summary>
    public static TheoryData<TransportKind, bool> Directions { get; } = Transports.BothWith(false, true);

    /// <summary>Its control connection goes over TCP to the same port, and through the same pool to the same server.</summary>
    [PeerTheory(Iperf3)]
    [MemberData(nameof(Directions))]
    public async Task Iperf3_SixteenFlows_LosesNothing(TransportKind transport, bool isReverse)
    {
        IPEndPoint server = FreePort.Find(IPAddress.Loopback);
        EngineBalancer balancer = await Stage.StartEngineAsync(
            transport,
            BalancerSettings.For(server) with { Bind = FreePort.Find(IPAddress.Loopback).ToString(), BothProtocols = true });
        ChildProcess serving = Stage.Own(ChildProcess.Start(Iperf3, "-s", "-B", $"{server.Address}", "-p", $"{server.Port}", "--forceflush"));
        await serving.WaitForLineAsync("Server listening");

        string[] command = ["-u", "-c", $"{balancer.EndPoint.Address}", "-p", $"{balancer.EndPoint.Port}", "-P", "16", "-l", "1200", "-b", "2M", "-t", "2", "-w", "1M", "--json"];
        using ChildProcess client = ChildProcess.Start(Iperf3, isReverse ? [.. command, "-R"] : command);
        await Waiting.UntilAsync(
            () => client.HasExited,
            "iperf3 has ended",
            TimeSpan.FromSeconds(30),
            () => $"{string.Join(' ', client.Output)} {balancer.Datagrams}");
        client.WaitForExit();

        using var json = JsonDocument.Parse(string.Join('\n', client.Output));
        JsonElement sum = json.RootElement.GetProperty("end").GetProperty("sum");
        Assert.InRange(sum.GetProperty("packets").GetInt64(), 1000, long.MaxValue);
        Assert.Equal(0, sum.GetProperty("lost_packets").GetInt64());

        // What the client still sends when the server has counted and closed is refused, and what comes after that begins anew.
        Assert.All(balancer.Status.Dropped, drop => Assert.Equal(DropReason.Refused, drop.Key));
        Assert.InRange(
            balancer.Status.Listeners[1].AcceptedConnections, 16, 16 + balancer.Status.Closed.GetValueOrDefault(CloseReason.BackendRefused));
    }

    [PeerTheory(Sockperf)]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Sockperf_PingPong_LosesNothing(TransportKind transport)
    {
        IPEndPoint server = FreePort.Find(IPAddress.Loopback);
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.ForDatagrams(server));
        ChildProcess serving = Stage.Own(ChildProcess.Start(Sockperf, "server", "-i", $"{server.Address}", "-p", $"{server.Port}"));
        await Waiting.UntilAsync(() => serving.Output.Any(line => line.Contains("to block on socket", StringComparison.Ordinal)), "sockperf serves");

        using ChildProcess client = ChildProcess.Start(
            Sockperf, "ping-pong", "-i", $"{balancer.EndPoint.Address}", "-p", $"{balancer.EndPoint.Port}", "-t", "2");
        await Waiting.UntilAsync(() => client.HasExited, "sockperf has ended", TimeSpan.FromSeconds(30));
        client.WaitForExit();

        string output = string.Join('\n', client.Output);
        Assert.Contains("# dropped messages = 0; # duplicated messages = 0; # out-of-order messages = 0", output, StringComparison.Ordinal);
        Match run = ReceivedMessages().Match(output);
        Assert.InRange(long.Parse(run.Groups[1].Value, CultureInfo.InvariantCulture), 1000, long.MaxValue);
        Assert.Empty(balancer.Status.Dropped);
    }

    [GeneratedRegex(@"Valid Duration.*ReceivedMessages=(\d+)")]
    private static partial Regex ReceivedMessages();
}
