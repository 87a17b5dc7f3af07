// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Runtime.InteropServices;
using LbEngine.Benchmarks.Commands;
using LbEngine.Benchmarks.Udp;

namespace LbEngine.Benchmarks.Soak;

/// <summary><c>soak [--minutes N] [--transport linux|sockets] [--seed N]</c>: verified traffic while everything around it breaks.</summary>
internal static class SoakCommand
{
    public const string Name = "soak";
    public const string Summary =
        "Verified bytes and datagrams through the real lb while backends are killed, paused and firewalled, the file is reloaded and the process "
        + "is replaced; then nothing may be lost, wrong or left (10 minutes).";
    public const string Example = "soak --minutes 2 --transport linux --seed 7";

    private const string Inside = "inside";
    private const int OpenFiles = 4000;

    public static int Run(IReadOnlyList<string> words)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new CannotRunException("This needs Linux: it stops and continues processes and reads /proc.");
        }

        var settings = new CommandSettings(words);
        string transport = settings.Switch("transport") ? settings.Text("transport") : "linux";
        bool isInside = settings.Switch(Inside);
        var soak = new SoakSettings(
            settings.Number("minutes", 10),
            transport is "linux" or "sockets" ? transport : throw new ArgumentException($"--transport takes linux or sockets, was '{transport}'."),
            (ulong)settings.Number("seed", Environment.TickCount & int.MaxValue),
            settings.Number("nofile", OpenFiles),
            settings.Number("streams", 48),
            settings.Number("flows", 8),
            isInside);
        settings.EnsureAllKnown();
        return !isInside && Environment.IsPrivilegedProcess ? RunInside(words, soak.Seed) : Run(soak);
    }

    // In a network namespace of its own, where it may have a firewall and every port.
    private static int RunInside(IReadOnlyList<string> words, ulong seed)
    {
        string[] self = ["dotnet", typeof(SoakCommand).Assembly.Location, Name, .. words, "--seed", $"{seed}", $"--{Inside}"];
        using Process process = Process.Start("unshare", ["--net", "--", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh", .. self]);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Forward(context, process.Id));
        process.WaitForExit();
        return process.ExitCode;
    }

    private static void Forward(PosixSignalContext context, int process)
    {
        context.Cancel = true;
        using Process? kill = Process.Start("kill", ["-TERM", $"{process}"]);
        kill?.WaitForExit();
    }

    private static int Run(SoakSettings settings)
    {
        string firewall = settings.HasFirewall ? "with a firewall" : "without a firewall";
        Console.WriteLine($"soak of {settings.Minutes} min over {settings.Transport}, seed {settings.Seed}, {firewall}");
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Cancel(context, stop));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Cancel(context, stop));
        try
        {
            return new SoakRun(settings, Console.Out).RunAsync(stop.Token).GetAwaiter().GetResult() == 0 ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            throw new CannotRunException("Ended early.");
        }
    }

    private static void Cancel(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        stop.Cancel();
    }
}
