// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Streams;

namespace LbEngine.Tests.ConsoleHost.Control;

/// <summary>A second <c>lb</c> that takes the place of the first while clients come.</summary>
public class TakeOverTests
{
    private const int PerTick = 10;
    private const int Ticks = 500;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    public async Task TakeOver_500ClientsASecondForTenSeconds_RefusesNobody(int before, int after)
    {
        using var backend = new EchoBackend();
        int port = FreePort.Find(IPAddress.Loopback).Port;
        await using LbRun first = await LbRun.StartAsync(Document(backend, port, before), null, "--log-level", "warning");
        using Peer old = await Peer.ConnectAsync(first.EndPoint("web"));
        Task<List<string>> load = AskAsync(new IPEndPoint(IPAddress.Loopback, port));

        await using LbRun second = await first.StartBesideAsync(Document(backend, port, after), "--take-over", "--log-level", "warning");
        await first.WaitForLineAsync("draining ");
        old.HalfClose();
        Observation end = await old.ReceiveToEndAsync();
        await LbProcess.WaitForEndAsync(first.Process);
        List<string> failures = await load;
        (int exitCode, string status, _) = await second.CommandAsync("status");

        Assert.Empty(failures);
        Assert.Equal((PeerEnd.Fin, 0, 0), (end.End, first.Process.ExitCode, exitCode));
        Assert.StartsWith("running", status, StringComparison.Ordinal);
        Assert.Contains(second.Lines, line => line.StartsWith("listener web accepts on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TakeOver_NobodyThere_IsAnOrdinaryStart()
    {
        using var backend = new EchoBackend();

        await using LbRun lb = await LbRun.StartAsync(Document(backend, 0, 1), null, "--take-over");
        (int exitCode, _, _) = await lb.CommandAsync("status");

        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task Run_SocketsOfAServiceManager_ServesOnThem()
    {
        const string Activate = """
            import os, socket, sys
            listening = socket.create_server(("127.0.0.1", 0))
            os.dup2(listening.fileno(), 3, inheritable=True)
            open(sys.argv[1], "a").write(sys.argv[2].replace("PORT", str(listening.getsockname()[1])))
            os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
            os.execvp(sys.argv[3], sys.argv[3:])
            """;
        using var backend = new EchoBackend();
        using var file = new TemporaryFile("lb.yaml", "admin: off\n");
        string document = Document(backend, 0, 2).Replace("127.0.0.1:0", "127.0.0.1:PORT", StringComparison.Ordinal);
        var start = new ProcessStartInfo("python3", ["-c", Activate, file.Path, document, .. LbProgram.Command, "run", file.Path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process lb = Process.Start(start)!;
        string line = await LbProcess.WaitForLineAsync(lb, "listener web accepts on ");
        var failures = new List<string>();

        await AskOnceAsync(IPEndPoint.Parse(line.Split(' ')[4]), failures);
        lb.Kill();
        await LbProcess.WaitForEndAsync(lb);

        Assert.Empty(failures);
    }

    /// <summary>Every client is a connection of its own, and starts at its time whatever became of those before it.</summary>
    private static async Task<List<string>> AskAsync(IPEndPoint target)
    {
        var failures = new List<string>();
        var clients = new List<Task>();
        using var timer = new PeriodicTimer(Tick);
        for (int i = 0; i < Ticks; i++)
        {
            for (int j = 0; j < PerTick; j++)
            {
                clients.Add(AskOnceAsync(target, failures));
            }

            await timer.WaitForNextTickAsync();
        }

        await Task.WhenAll(clients).WaitAsync(TimeSpan.FromSeconds(60));
        return failures;
    }

    private static async Task AskOnceAsync(IPEndPoint target, List<string> failures)
    {
        try
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(target, deadline.Token);
            await socket.SendAsync("a question"u8.ToArray(), deadline.Token);
            socket.Shutdown(SocketShutdown.Send);
            byte[] buffer = new byte[64];
            int received = 0;
            for (int count = 1; count > 0; received += count)
            {
                count = await socket.ReceiveAsync(buffer, deadline.Token);
            }

            Note(received == 10 ? null : $"{received} bytes instead of 10", failures);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            Note(exception.Message, failures);
        }
    }

    private static void Note(string? failure, List<string> failures)
    {
        if (failure is not null)
        {
            lock (failures)
            {
                failures.Add(failure);
            }
        }
    }

    private static string Document(EchoBackend backend, int port, int reactors) =>
        $"transport: linux\nreactors: {reactors}\nlisteners: {{ web: {{ bind: 127.0.0.1:{port}, pool: site }} }}\npools: {{ site: {{ backends: {{ a: {{ address: {backend.EndPoint} }} }} }} }}\n";
}
