// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Tests.ConsoleHost;

public class RunCommandTests
{
    [Fact]
    public async Task Run_FirstSignal_DrainsAndExitsWith0()
    {
        using var file = new TemporaryFile("lb.yaml", Document("127.0.0.1:0", "127.0.0.1:9"));
        using Process lb = LbProcess.Start("run", file.Path);
        string ready = await LbProcess.WaitForLineAsync(lb, "listener web accepts on 127.0.0.1:");

        await SignalAsync(lb, "TERM");
        string end = await LbProcess.WaitForLineAsync(lb, "done: ");
        await LbProcess.WaitForEndAsync(lb);

        Assert.EndsWith(" for pool site", ready, StringComparison.Ordinal);
        Assert.Equal("done: 0 connections ended, 0 rejected", end);
        Assert.Equal(0, lb.ExitCode);
    }

    [Fact]
    public async Task Run_SecondSignalWhileAConnectionLives_ClosesItAndExitsWith130()
    {
        using var backend = new TcpListener(IPAddress.Loopback, 0);
        backend.Start();
        using var file = new TemporaryFile("lb.yaml", Document("127.0.0.1:0", backend.LocalEndpoint.ToString()!));
        using Process lb = LbProcess.Start("run", file.Path);
        string ready = await LbProcess.WaitForLineAsync(lb, "listener web accepts on ");
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(ready.Split(' ')[4]));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using Socket connected = await backend.AcceptSocketAsync(deadline.Token);

        await SignalAsync(lb, "TERM");
        _ = await LbProcess.WaitForLineAsync(lb, "draining 1 connection; a second signal ends at once");
        await SignalAsync(lb, "TERM");
        string end = await LbProcess.WaitForLineAsync(lb, "done: ");
        await LbProcess.WaitForEndAsync(lb);

        Assert.Equal("done: 1 connection ended (Stopped 1), 0 rejected", end);
        Assert.Equal(130, lb.ExitCode);
    }

    [Fact]
    public async Task Run_DatagramsThroughAUdpListener_CountsFlowsAndDatagramsAtTheEnd()
    {
        using var backend = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        const string Dns = ", dns: { bind: 127.0.0.1:0, protocol: udp, pool: site, responses: 1 }";
        using var file = new TemporaryFile("lb.yaml", Document("127.0.0.1:0", backend.Client.LocalEndPoint!.ToString()!, Dns));
        using Process lb = LbProcess.Start("run", file.Path);
        string ready = await LbProcess.WaitForLineAsync(lb, "listener dns accepts on ");
        using var client = new UdpClient();
        client.Connect(IPEndPoint.Parse(ready.Split(' ')[4]));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        for (int i = 0; i < 2; i++)
        {
            await client.SendAsync("query"u8.ToArray(), deadline.Token);
            UdpReceiveResult query = await backend.ReceiveAsync(deadline.Token);
            await backend.SendAsync("reply"u8.ToArray(), query.RemoteEndPoint, deadline.Token);
            _ = await client.ReceiveAsync(deadline.Token);
        }

        await SignalAsync(lb, "TERM");
        string end = await LbProcess.WaitForLineAsync(lb, "done: ");
        string datagrams = await LbProcess.WaitForLineAsync(lb, "listener dns: ");
        await LbProcess.WaitForEndAsync(lb);

        Assert.EndsWith(" (udp) for pool site", ready, StringComparison.Ordinal);
        Assert.Equal("done: 2 connections and flows ended (Completed 2), 0 rejected", end);
        Assert.Equal("listener dns: 2 datagrams to backends, 2 to clients, 0 dropped", datagrams);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("demo")]
    public async Task Run_PortThatIsTaken_ExitsWith1AndNamesTheListener(string command)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = (IPEndPoint)taken.LocalEndpoint;
        using var file = new TemporaryFile("lb.yaml", Document(address.ToString(), "127.0.0.1:9"));

        (int exitCode, string output, string errors) = await (command == "run"
            ? LbProcess.RunAsync("run", file.Path)
            : LbProcess.RunAsync("--port", $"{address.Port}"));

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith($"listeners.{(command == "run" ? "web" : "demo")}.bind: cannot listen on {address}: ", errors, StringComparison.Ordinal);
        Assert.Equal(command == "demo", errors.Contains("--port N", StringComparison.Ordinal));
    }

    private static string Document(string bind, string backend, string moreListeners = "") =>
        $"listeners: {{ web: {{ bind: {bind}, pool: site }}{moreListeners} }}\npools: {{ site: {{ backends: {{ a: {{ address: {backend} }} }} }} }}\n";

    private static async Task SignalAsync(Process process, string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await LbProcess.WaitForEndAsync(kill);
    }
}
