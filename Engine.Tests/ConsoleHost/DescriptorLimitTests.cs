// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LbEngine.Tests.Harness.Host;

namespace LbEngine.Tests.ConsoleHost;

/// <summary>
/// A real <c>lb run</c> with an admin interface under small descriptor limits, and more load than fits: it refuses in a sentence, or lives on. The
/// runtime aborts a process that has none left.
/// </summary>
public sealed class DescriptorLimitTests
{
    private const string PrLimit = "/usr/bin/prlimit";
    private const int Bytes = 1024 * 1024;

    // A thousand clients that are not read must not fill the memory of this machine.
    private const int SmallBuffer = 32 * 1024;

    [PeerTheory(PrLimit)]
    [InlineData("linux", 1024, 48, 16)] // a socket for each listener and reactor would be 768
    [InlineData("linux", 1024, 1, 8)] // pipes of all reactors would be 512
    [InlineData("linux", 320, 2, 4)]
    [InlineData("sockets", 1024, 150, 1)]
    public async Task MoreClientsThanFit_SmallLimit_ProcessLivesAndAnswersAfterwards(string transport, int limit, int listeners, int reactors)
    {
        using var backend = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = SmallBuffer };
        backend.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        backend.Listen(4096); // accepts by itself, and never reads
        await using LbRun lb = await LbRun.StartInAsync(Limited(limit), Document(transport, listeners, reactors, (IPEndPoint)backend.LocalEndPoint!));
        var sockets = new List<Socket>();
        try
        {
            byte[] payload = new byte[Bytes];
            for (int i = 0; i < limit; i++)
            {
                sockets.Add(Upload(lb.EndPoint($"l{i % listeners}"), payload));
            }

            for (int i = 0; i < limit / 8; i++)
            {
                sockets.Add(Connect(new UnixDomainSocketEndPoint(lb.AdminAddress["unix:".Length..])));
            }

            int most = await WatchAsync(lb.Process, sockets, payload);

            Assert.False(lb.Process.HasExited, string.Join('\n', lb.Lines));
            Assert.InRange(most, limit / 2, limit - 16);
        }
        finally
        {
            sockets.ForEach(static socket => socket.Dispose());
        }

        (int exitCode, string output, string errors) = await lb.CommandAsync("status");
        Assert.True(exitCode == 0, output + errors);
    }

    [PeerTheory(PrLimit)]
    [InlineData(64, 1, "lb needs a descriptor limit of at least")]
    [InlineData(192, 1, "1 listener does not fit under the descriptor limit of 192")]
    [InlineData(512, 600, "600 listeners do not fit under the descriptor limit of 512")]
    public async Task Start_NothingFits_SaysWhatIsNeeded(int limit, int listeners, string expected)
    {
        using var directory = new TemporaryDirectory();
        string file = Path.Combine(directory.Path, "lb.yaml");
        string admin = $"admin: {{ bind: \"unix:{Path.Combine(directory.Path, "lb.sock")}\" }}\n";
        await File.WriteAllTextAsync(file, admin + Document("auto", listeners, 16, new IPEndPoint(IPAddress.Loopback, 9)));

        (int exitCode, string output, string errors) = await LbProcess.RunInAsync(Limited(limit), ["run", file]);

        Assert.True(exitCode == 1, $"{exitCode}: {output}{errors}");
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.Contains("ulimit -n", errors, StringComparison.Ordinal);
    }

    [PeerTheory(PrLimit)]
    [InlineData("auto", 512)]
    public async Task Reload_MoreListenersThanFit_IsRefusedAndForeseen(string transport, int limit)
    {
        var backend = new IPEndPoint(IPAddress.Loopback, 9);
        await using LbRun lb = await LbRun.StartInAsync(Limited(limit), Document(transport, 2, 2, backend));

        lb.Write(Document(transport, 600, 2, backend));
        (int diffCode, string diff, string diffErrors) = await lb.CommandAsync("diff", lb.File);
        (int reloadCode, string reload, string reloadErrors) = await lb.CommandAsync("reload");
        lb.Write(Document(transport, 4, 2, backend));
        (int fittingCode, string fitting, string fittingErrors) = await lb.CommandAsync("reload");

        const string Expected = "descriptors, and ";
        Assert.Contains(Expected, diff + diffErrors, StringComparison.Ordinal);
        Assert.True(reloadCode == 1, reload + reloadErrors);
        Assert.Contains(Expected, reload + reloadErrors, StringComparison.Ordinal);
        Assert.True(fittingCode == 0, fitting + fittingErrors);
        Assert.NotEqual(134, diffCode);
    }

    private static string[] Limited(int limit) => [PrLimit, string.Create(CultureInfo.InvariantCulture, $"--nofile={limit}:{limit}")];

    private static string Document(string transport, int listeners, int reactors, IPEndPoint backend)
    {
        IEnumerable<string> all = Enumerable.Range(0, listeners).Select(i => $"  l{i}: {{ bind: 127.0.0.1:0, pool: site }}\n");
        return $"transport: {transport}\nreactors: {reactors}\nlisteners:\n{string.Concat(all)}"
            + $"pools: {{ site: {{ backends: {{ a: {{ address: {backend} }} }} }} }}\n";
    }

    private static Socket Upload(IPEndPoint endPoint, byte[] payload)
    {
        Socket socket = Connect(endPoint);
        socket.Blocking = false;
        socket.SendBufferSize = SmallBuffer;
        Send(socket, payload);
        return socket;
    }

    private static Socket Connect(EndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(endPoint);
        return socket;
    }

    private static void Send(Socket socket, byte[] payload)
    {
        try
        {
            socket.Send(payload, SocketFlags.None, out _);
        }
        catch (SocketException)
        {
            // Reset, which is right where there is no descriptor.
        }
    }

    /// <summary>Goes on sending for a second, and returns the most descriptors that the process had open meanwhile.</summary>
    private static async Task<int> WatchAsync(Process process, IEnumerable<Socket> sockets, byte[] payload)
    {
        int most = 0;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (int i = 0; i < 20 && !process.HasExited; i++)
        {
            await timer.WaitForNextTickAsync();
            foreach (Socket socket in sockets.Where(static socket => socket.AddressFamily == AddressFamily.InterNetwork))
            {
                Send(socket, payload);
            }

            most = Math.Max(most, Directory.EnumerateFiles($"/proc/{process.Id.ToString(CultureInfo.InvariantCulture)}/fd").Count());
        }

        return most;
    }
}
