// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Benchmarks.Soak.Traffic;
using LbEngine.Benchmarks.Udp;

namespace LbEngine.Benchmarks.Soak.Processes;

/// <summary>
/// <c>soak-backend --number N --port P</c>: a backend of the soak. Reads <c>sick</c> and <c>well</c> from its standard input and ends with it, so
/// that none is left when the run is killed; writes what it finds wrong, a line each.
/// </summary>
internal static class SoakBackendCommand
{
    public const string Name = "soak-backend";
    public const string Summary = "A backend of the soak, which starts it; ends when its standard input does.";
    public const string Example = "soak-backend --number 0 --port 22000";

    /// <summary>Begins a line that says what was wrong with a connection.</summary>
    public const string Complaint = "wrong";

    public const string Sick = "sick";
    public const string Well = "well";

    public static int Run(IReadOnlyList<string> words)
    {
        var settings = new CommandSettings(words);
        int number = settings.Number("number", 0);
        int port = settings.Number("port", SoakPorts.Backend(number));
        settings.EnsureAllKnown();
        var health = new HealthAnswer();
        _ = new StreamServer(number, health, Complain).RunAsync(new IPEndPoint(IPAddress.Any, port));
        for (int variant = 0; variant < SoakPorts.Variants; variant++)
        {
            // A reply must come from the address that was asked.
            var bind = new IPEndPoint(SoakPorts.BackendAt(number, variant).Address, port);
            new Thread(() => new DatagramServer(number).Run(bind)) { IsBackground = true }.Start();
        }

        while (Console.ReadLine() is string line)
        {
            health.IsSick = line == Sick;
        }

        return 0;
    }

    private static void Complain(long id, string what)
    {
        lock (Console.Out)
        {
            Console.WriteLine($"{Complaint} {id} {what}");
        }
    }
}
