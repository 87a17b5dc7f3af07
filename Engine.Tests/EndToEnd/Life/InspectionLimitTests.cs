// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;
using LbEngine.Tests.Inspection.ProxyProtocol;
using LbEngine.Tests.Inspection.Tls;

namespace LbEngine.Tests.EndToEnd.Life;

/// <summary>Clients that never come to the point, over real sockets: no more of them than the listener inspects at once, and all others are served.</summary>
public sealed class InspectionLimitTests : EndToEndTest
{
    private const int Most = 8;

    private static readonly byte[] Payload = "hello"u8.ToArray();

    [Theory]
    [MemberData(nameof(Openings))]
    public async Task Slowloris_OneByteAtATime_OldestGoFirstAndHonestClientsAreServed(TransportKind transport, string opening)
    {
        const int Slow = 40;
        EngineBalancer balancer = await StartAsync(transport, reactors: 1);
        byte[] bytes = Opening(opening);

        // In the midst of the first record, behind a header that is whole; or with nothing at all.
        int begun = opening == "TLS" ? LengthOfHeader(bytes) + 8 : 0;
        var slow = new List<Socket>();
        for (int i = 0; i < Slow; i++)
        {
            slow.Add(await ConnectAsync(balancer));
            await Waiting.UntilAsync(() => balancer.Status.Listeners[0].AcceptedConnections == slow.Count + i, "the slow client has arrived");
            Send(slow[i], bytes.AsSpan(0, begun));
            for (int number = Math.Max(0, slow.Count - Most); number < slow.Count; number++)
            {
                Send(slow[number], bytes.AsSpan(begun + i - number, 1));
            }

            await ServeAsync(balancer, bytes);
            Assert.InRange(balancer.Status.Listeners[0].InspectingConnections, 0, Most);
        }

        // The last honest one has taken a place for a moment.
        int left = Most - 1;
        await Waiting.UntilAsync(() => balancer.Rejected(RejectReason.InspectionLimit) == Slow - left, "those that were too many have gone");
        foreach (Socket gone in slow[..^left])
        {
            await WaitForResetAsync(gone);
        }

        Assert.All(slow[^left..], static socket => Assert.False(HasEnded(socket), "A client has ended that was not among the oldest."));
        Assert.Equal(left, balancer.Status.Listeners[0].InspectingConnections);
        Assert.Equal(left, balancer.Engine.GetConnections().Count(static one => one.Phase == ConnectionPhase.Inspecting));
        slow.ForEach(static socket => socket.Dispose());
        await balancer.WaitForNothingAsync();
        LoadBalancerStatus status = balancer.Status;
        Assert.Equal(0, status.Listeners[0].InspectingConnections);
        Assert.Equal((long)Slow, status.Closed[CloseReason.Completed]);
        Assert.Equal(left, status.Closed[CloseReason.ClientAborted]);
        Assert.Equal(2L * Slow, status.Closed.Values.Sum() + status.Rejected.Values.Sum());
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Slowloris_ManyAtOnceOverSeveralReactors_LimitHoldsAndEverythingIsGivenBack(TransportKind transport)
    {
        const int Slow = 300;
        EngineBalancer balancer = await StartAsync(transport, reactors: 3);
        byte[] bytes = Opening("PROXY");
        var slow = new List<Socket>();
        foreach (int[] together in Enumerable.Range(0, Slow).Chunk(50))
        {
            foreach (Task<Socket> connecting in together.Select(_ => ConnectAsync(balancer)).ToArray())
            {
                slow.Add(await connecting);
                Send(slow[^1], bytes.AsSpan(0, 1));
            }

            Assert.InRange(balancer.Status.Listeners[0].InspectingConnections, 0, Most + InspectionCrowd.MostLeaving);
        }

        await Waiting.UntilAsync(() => balancer.Status.Listeners[0].AcceptedConnections == Slow, "all have arrived");
        await Waiting.UntilAsync(
            () => balancer.Rejected(RejectReason.InspectionLimit) == Slow - Most && balancer.Status.Listeners[0].InspectingConnections == Most,
            "only those are left that may be inspected");
        for (int i = 0; i < 20; i++)
        {
            await ServeAsync(balancer, bytes);
        }

        slow.ForEach(static socket => socket.Dispose());
        await balancer.WaitForNothingAsync();
        LoadBalancerStatus status = balancer.Status;
        Assert.Equal(20, status.Closed[CloseReason.Completed]);
        Assert.Equal(Slow + 20L, status.Closed.Values.Sum() + status.Rejected.Values.Sum());
    }

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Reload_LowersTheLimit_OldestGoWithTheNextClient(TransportKind transport)
    {
        EngineBalancer balancer = await StartAsync(transport, reactors: 1);
        var silent = new List<Socket>();
        for (int i = 1; i <= Most; i++)
        {
            silent.Add(await ConnectAsync(balancer));
            await Waiting.UntilAsync(() => balancer.Status.Listeners[0].InspectingConnections == i, $"client {i} has arrived");
        }

        LoadBalancerOptions next = balancer.Engine.GetConfiguration();
        next.Listeners["web"].MaxInspecting = 2;
        await balancer.Engine.ApplyAsync(next);
        Assert.All(silent, static socket => Assert.False(HasEnded(socket), "The reload has ended a client."));
        await ServeAsync(balancer, Opening("PROXY"));

        foreach (Socket gone in silent[..^1])
        {
            await WaitForResetAsync(gone);
        }

        Assert.False(HasEnded(silent[^1]), "The latest client had to go.");
        await Waiting.UntilAsync(() => balancer.Status.Listeners[0].InspectingConnections == 1, "the newcomer is placed");
        Assert.Equal(Most - 1, balancer.Rejected(RejectReason.InspectionLimit));
        silent.ForEach(static socket => socket.Dispose());
        await balancer.WaitForNothingAsync();
    }

    public static TheoryData<TransportKind, string> Openings() => Transports.BothWith("PROXY", "TLS");

    private async Task<EngineBalancer> StartAsync(TransportKind transport, int reactors)
    {
        StreamEcho echo = Stage.AddStreamEcho();
        ClosedPort nobody = Stage.Own(new ClosedPort());
        return await Stage.StartEngineAsync(transport, BalancerSettings.For(echo.EndPoint) with
        {
            AcceptProxy = new AcceptProxyOptions { Trusted = { "127.0.0.0/8" } },
            Routes = [new RouteOptions { Sni = { "elsewhere.example" }, Pool = "other" }],
            Others = [new BackendSetting("o", nobody.EndPoint.ToString())],
            MaxInspecting = Most,
            InspectTimeout = TimeSpan.FromMinutes(5),
            Reactors = reactors,
        });
    }

    /// <summary>What a client sends first; whoever sends it whole is placed.</summary>
    private static byte[] Opening(string kind)
    {
        byte[] header = Headers.Text("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443");
        return kind == "PROXY" ? [.. header, .. Payload] : [.. header, .. new HelloBuilder().Name("site.example").Records()];
    }

    private async Task<Socket> ConnectAsync(EngineBalancer balancer)
    {
        Socket socket = Stage.Own(new Socket(balancer.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        try
        {
            await Waiting.ForAllAsync("a client to connect", Waiting.DefaultLimit, socket.ConnectAsync(balancer.EndPoint));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // It has been turned away already.
        }

        return socket;
    }

    /// <summary>A client that says at once where it goes gets back what a backend is to see of it.</summary>
    private async Task ServeAsync(EngineBalancer balancer, byte[] opening)
    {
        Socket client = await ConnectAsync(balancer);
        await client.SendAsync(opening);
        byte[] expected = opening[LengthOfHeader(opening)..];
        var back = new byte[expected.Length];
        for (int count = 0; count < back.Length;)
        {
            int some = await Waiting.ForAsync(token => client.ReceiveAsync(back.AsMemory(count), SocketFlags.None, token), "the echo");
            Assert.NotEqual(0, some);
            count += some;
        }

        Assert.Equal(expected, back);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await Waiting.ForAsync(token => client.ReceiveAsync(back, SocketFlags.None, token), "the end of the echo"));
        client.Dispose();
    }

    private static int LengthOfHeader(byte[] opening) => opening.AsSpan().IndexOf("\r\n"u8) + 2;

    /// <summary>Also of a client that has been reset meanwhile.</summary>
    private static void Send(Socket socket, ReadOnlySpan<byte> bytes) => socket.Send(bytes, SocketFlags.None, out _);

    private static bool HasEnded(Socket socket) => socket.Poll(0, SelectMode.SelectRead);

    private static async Task WaitForResetAsync(Socket socket)
    {
        SocketException exception = await Assert.ThrowsAsync<SocketException>(
            () => Waiting.ForAsync(token => socket.ReceiveAsync(new byte[1], SocketFlags.None, token), "the reset"));
        Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
    }
}
