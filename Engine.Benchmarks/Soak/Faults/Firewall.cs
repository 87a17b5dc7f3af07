// SPDX-License-Identifier: MIT
using System.Diagnostics;
using LbEngine.Benchmarks.Commands;

namespace LbEngine.Benchmarks.Soak.Faults;

/// <summary>Rules of nftables in the run's own network namespace: ports from which nothing comes back.</summary>
internal static class Firewall
{
    private const string Rules = """
        table inet soak {
          set cut { type inet_service; }
          set refused { type inet_service; }
          chain input {
            type filter hook input priority 0;
            th dport @cut drop
            tcp dport @refused reject with tcp reset
            udp dport @refused reject
          }
        }
        """;

    /// <summary>Makes the table, with no port in it.</summary>
    public static void Open() => Run(Rules);

    public static void Add(FaultKind kind, int port) => Run($"add element inet soak {Set(kind)} {{ {port} }}");

    public static void Remove(FaultKind kind, int port) => Run($"delete element inet soak {Set(kind)} {{ {port} }}");

    private static string Set(FaultKind kind) => kind == FaultKind.Cut ? "cut" : "refused";

    private static void Run(string rules)
    {
        var info = new ProcessStartInfo("nft", ["-f", "-"]) { RedirectStandardInput = true };
        using Process process = Process.Start(info) ?? throw new CannotRunException("nft could not be started; it is in the package nftables.");
        process.StandardInput.Write(rules + "\n");
        process.StandardInput.Close();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new CannotRunException($"nft refused: {rules}");
        }
    }
}
