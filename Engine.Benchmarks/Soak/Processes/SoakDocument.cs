// SPDX-License-Identifier: MIT
using System.Text.Json;
using LbEngine.Benchmarks.Soak.Traffic;

namespace LbEngine.Benchmarks.Soak.Processes;

/// <summary>The configuration at one step of the run: listeners, pools, limits and addresses come and go with a seed. Pure.</summary>
internal static class SoakDocument
{
    /// <summary>Seconds that a client has that moves bytes all the time.</summary>
    public const int LongestClientSeconds = 300;

    /// <summary>Seconds that live connections have when a process is replaced: more than a client has.</summary>
    public const int DrainSeconds = LongestClientSeconds + 30;

    private static readonly string[] Schedulers =
        ["weighted-least-connections", "smooth-weighted-round-robin", "power-of-two-choices", "source-hash"];

    /// <param name="seed">Of the run.</param>
    /// <param name="step">Which reload this is.</param>
    /// <param name="transport">Linux or sockets.</param>
    /// <param name="socketFile">Of the admin interface.</param>
    /// <param name="isSettled">True: nothing that has counts of its own comes or goes, so that counts can be added up in the end.</param>
    public static string Write(ulong seed, int step, string transport, string socketFile, bool isSettled)
    {
        var random = new Mixer(Mixer.At(~seed, step));
        var listeners = new Dictionary<string, object>
        {
            ["main"] = new { bind = SoakPorts.Main.ToString(), pool = "site", idleTimeout = "10m" },
            ["limited"] = new
            {
                bind = SoakPorts.Limited.ToString(),
                pool = "site",
                maxConnections = 4 + random.Below(60),
                maxConnectionsPerClient = random.OneIn(2) ? 0 : 1000,
            },
            ["datagrams"] = new { bind = SoakPorts.Main.ToString(), protocol = "udp", pool = "site", idleTimeout = "5s" },
        };
        for (int extra = 0; extra < SoakPorts.Extras; extra++)
        {
            if (isSettled || random.OneIn(2))
            {
                listeners[$"extra{extra}"] = new { bind = SoakPorts.Extra(extra).ToString(), pool = isSettled || random.OneIn(2) ? "site" : "other" };
            }
        }

        var pools = new Dictionary<string, object>
        {
            ["site"] = Pool(Enumerable.Range(0, SoakPorts.Backends), ref random, isSettled),
            ["other"] = Pool([.. Enumerable.Range(0, 2 + (isSettled ? 1 : (int)random.Below(3)))], ref random, isSettled),
        };
        var drain = new { timeout = $"{DrainSeconds}s", spread = "1s" };
        return JsonSerializer.Serialize(new { transport, reactors = 2, admin = new { bind = $"unix:{socketFile}" }, drain, listeners, pools });
    }

    private static Dictionary<string, object> Pool(IEnumerable<int> backends, ref Mixer random, bool isSettled)
    {
        var all = new Dictionary<string, object>();
        foreach (int number in backends)
        {
            // The backend and its health port are the same process whatever the address.
            int variant = isSettled || !random.OneIn(8) ? 0 : 1;
            all[$"b{number}"] = new { address = SoakPorts.BackendAt(number, variant).ToString(), weight = 1 + random.Below(9) };
        }

        var pool = new Dictionary<string, object>
        {
            ["scheduler"] = Schedulers[random.Below(Schedulers.Length)],
            ["connectTimeout"] = "1s",
            ["connectAttempts"] = 4,
            ["health"] = new { type = "http", path = "/", interval = "500ms", timeout = "400ms", fastInterval = "200ms" },
            ["backends"] = all,
        };
        if (random.OneIn(3))
        {
            pool["affinity"] = new { timeout = "5s", maxEntries = 4096 };
        }

        return pool;
    }
}
