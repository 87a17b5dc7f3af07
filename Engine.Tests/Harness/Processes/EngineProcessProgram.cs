// SPDX-License-Identifier: MIT
using System.Text.Json;
using LbEngine.Configuration;
using LbEngine.Observability;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;

namespace LbEngine.Tests.Harness.Processes;

/// <summary>The child's half of <see cref="EngineProcess"/>: an engine that answers "report" and ends with its standard input.</summary>
internal static class EngineProcessProgram
{
    public const string Name = "engine";
    public const string ListeningPrefix = "listening ";
    public const string ReportPrefix = "report ";
    public const string LogPrefix = "log ";

    public static async Task<int> RunAsync(string transport, string settingsJson)
    {
        BalancerSettings settings = JsonSerializer.Deserialize<BalancerSettings>(settingsJson)!;
        await using EngineBalancer balancer = await EngineBalancer.StartAsync(Enum.Parse<TransportKind>(transport), settings);
        Console.WriteLine($"{ListeningPrefix}{balancer.EndPoint}");
        while (await Console.In.ReadLineAsync() is not null)
        {
            Console.WriteLine($"{ReportPrefix}{JsonSerializer.Serialize(Report(balancer.Status))}");
            foreach ((int id, _, string text) in balancer.Log.Take())
            {
                Console.WriteLine($"{LogPrefix}{id} {text}");
            }
        }

        return 0;
    }

    private static EngineReport Report(LoadBalancerStatus status)
    {
        IReadOnlyList<BackendStatus> backends = status.Pools[0].Backends;
        return new EngineReport(
            status.Capacity,
            status.ActiveConnections,
            status.Listeners[0].AcceptedConnections,
            status.Listeners[0].RejectedConnections,
            [.. backends.Select(backend => backend.ActiveConnections)],
            [.. backends.Select(backend => backend.TotalConnections)],
            [.. backends.Select(backend => backend.ConnectFailures)],
            status.Closed.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
            status.Rejected.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
            OpenDescriptors.CountSockets(),
            status.Dropped.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
            status.Listeners.Select(listener => listener.Datagrams).FirstOrDefault(datagrams => datagrams is not null),
            [.. backends.Select(backend => backend.SourceFailures)]);
    }
}
