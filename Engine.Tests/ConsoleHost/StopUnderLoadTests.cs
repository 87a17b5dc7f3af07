// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Text;
using LbEngine.Tests.ConsoleHost.Control;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.ConsoleHost;

/// <summary>SIGTERM to a real <c>lb run</c> that is at work: who is in front hears of it first, nobody who was let in is cut off before the deadline.</summary>
[Collection(EndToEndGroup.Name)]
public class StopUnderLoadTests
{
    private const int Held = 500;
    private const int Stubborn = 20;
    private const int FreshPerSecond = 100;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("linux")]
    [InlineData("sockets")]
    public async Task Terminate_500ConnectionsAnd100ASecond_TellsReadinessFirstServesTheRestAndCutsOnlyAtTheDeadline(string transport)
    {
        using var backend = new EchoBackend();
        await using LbRun lb = await LbRun.StartAsync(Document(backend, transport, "delay: 3s, timeout: 12s, spread: 0s"));
        IPEndPoint endPoint = lb.EndPoint("web");
        var held = new List<EchoPeer>();
        for (int i = 0; i < Held; i++)
        {
            held.Add(await EchoPeer.ConnectAsync(endPoint, i));
            await held[^1].EchoAsync();
        }

        string before = await AskReadinessAsync(lb);
        using var over = new CancellationTokenSource();
        Task<(int Served, IReadOnlyList<string> Failures)> fresh = ComeAndGoAsync(endPoint, over.Token);
        await lb.SignalAsync("TERM");
        _ = await lb.WaitForLineAsync("draining ");
        string after = await AskReadinessAsync(lb);
        EchoPeer late = await EchoPeer.ConnectAsync(endPoint, Held);
        await late.EchoAsync();
        await late.FinishAsync();
        _ = await lb.WaitForLineAsync("live connections and flows have");
        await Task.WhenAll(held.Skip(Stubborn).Select(static async client =>
        {
            await client.EchoAsync();
            await client.FinishAsync();
        }));

        await LbProcess.WaitForEndAsync(lb.Process);
        await over.CancelAsync();
        (int served, IReadOnlyList<string> failures) = await fresh.WaitAsync(Limit);

        Assert.Equal(("200", "503"), (before, after));
        Assert.True(served > FreshPerSecond / 2, $"Only {served} came and went.");
        Assert.All(failures, failure => Assert.Equal(nameof(SocketError.ConnectionRefused), failure));
        Assert.Equal(0, lb.Process.ExitCode);
        Assert.Contains(
            lb.Lines,
            line => line.StartsWith("done: ", StringComparison.Ordinal) && line.Contains($"Drained {Stubborn}", StringComparison.Ordinal));
        held.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Terminate_TwiceWithinTheDelay_EndsNow()
    {
        using var backend = new EchoBackend();
        await using LbRun lb = await LbRun.StartAsync(Document(backend, "auto", "delay: 1h"));
        EchoPeer client = await EchoPeer.ConnectAsync(lb.EndPoint("web"));
        await client.EchoAsync();

        await lb.SignalAsync("TERM");
        _ = await lb.WaitForLineAsync("draining 1 connection after 3600 s in which new clients are taken; a second signal ends at once");
        await lb.SignalAsync("TERM");
        await LbProcess.WaitForEndAsync(lb.Process);

        Assert.Equal(130, lb.Process.ExitCode);
        Assert.Contains("done: 1 connection ended (Stopped 1), 0 rejected", lb.Lines);
        client.Dispose();
    }

    /// <summary>Some clients a second, each with one question, until nobody may come any more. Failures are named by their error.</summary>
    private static async Task<(int Served, IReadOnlyList<string> Failures)> ComeAndGoAsync(IPEndPoint endPoint, CancellationToken over)
    {
        int served = 0;
        var failures = new List<string>();
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1) / FreshPerSecond);
        while (!over.IsCancellationRequested)
        {
            try
            {
                using EchoPeer client = await EchoPeer.ConnectAsync(endPoint, Held + 1);
                await client.EchoAsync();
                await client.FinishAsync();
                served++;
            }
            catch (SocketException exception)
            {
                failures.Add(exception.SocketErrorCode.ToString());
            }

            await pace.WaitForNextTickAsync(CancellationToken.None);
        }

        return (served, failures);
    }

    /// <summary>The status code of GET /v1/ready.</summary>
    private static async Task<string> AskReadinessAsync(LbRun lb)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var deadline = new CancellationTokenSource(Limit);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(lb.AdminAddress["unix:".Length..]), deadline.Token);
        await socket.SendAsync("GET /v1/ready HTTP/1.1\r\nHost: lb\r\nConnection: close\r\n\r\n"u8.ToArray(), deadline.Token);
        byte[] answer = new byte[64];
        int count = await socket.ReceiveAsync(answer, deadline.Token);
        return Encoding.ASCII.GetString(answer, 0, count).Split(' ')[1];
    }

    private static string Document(EchoBackend backend, string transport, string drain) => $$"""
        transport: {{transport}}
        drain: { {{drain}} }
        listeners: { web: { bind: 127.0.0.1:0, pool: site } }
        pools: { site: { backends: { a: { address: {{backend.EndPoint}} } } } }
        """;
}
