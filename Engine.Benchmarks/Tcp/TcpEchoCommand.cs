// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Benchmarks.Udp;

namespace LbEngine.Benchmarks.Tcp;

/// <summary><c>tcp-echo --port 7001 [--bind 127.0.0.1] [--threads 1]</c>: a backend that sends back what it gets. Runs until it is ended.</summary>
internal static class TcpEchoCommand
{
    public const string Name = "tcp-echo";
    public const string Summary = "A TCP backend that sends back what it gets, until it is ended.";
    public const string Example = "tcp-echo --port 7001 --bind 127.0.0.1 --threads 1";

    public static int Run(IReadOnlyList<string> words)
    {
        var settings = new CommandSettings(words);
        IPAddress address = settings.Switch("bind") ? IPAddress.Parse(settings.Text("bind")) : IPAddress.Loopback;
        int threads = settings.Number("threads", 1);
        var endPoint = new IPEndPoint(address, settings.Number("port", 0));
        settings.EnsureAllKnown();
        TcpEcho[] echoes = [.. Enumerable.Range(0, threads).Select(_ => new TcpEcho(endPoint))];
        Console.WriteLine($"listening {endPoint}");
        Thread[] running = [.. echoes.Select(echo => new Thread(echo.Run))];
        Array.ForEach(running, thread => thread.Start());
        Array.ForEach(running, thread => thread.Join());
        return 0;
    }
}
