// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Observability;
using LbEngine.Transport;

namespace LbEngine.ConsoleHost.Commands;

/// <summary>The life of an engine in this process: start, wait for a signal, drain, say what was done.</summary>
internal static class EngineRun
{
    /// <summary>Runs until a signal; returns the exit code.</summary>
    /// <param name="balancer">The engine, not started yet. It is disposed of at the end.</param>
    /// <param name="started">Called with the first status, after the listeners were printed.</param>
    public static async Task<int> RunAsync(LoadBalancer balancer, Action<LoadBalancerStatus>? started = null)
    {
        using var signals = new ShutdownSignals();
        try
        {
            await balancer.StartAsync();
        }
        catch (ListenerBindException exception)
        {
            HostOutput.WriteError(exception.Message);
            return ExitCode.Failure;
        }

        LoadBalancerStatus status = balancer.GetStatus();
        foreach (ListenerStatus listener in status.Listeners)
        {
            HostOutput.WriteLine($"listener {listener.Name} accepts on {listener.EndPoint} for pool {listener.Pool}");
        }

        started?.Invoke(status);
        await signals.First;
        HostOutput.WriteLine($"draining {balancer.GetStatus().ActiveConnections} connections; a second signal ends at once");
        bool hurried = await Task.WhenAny(balancer.DrainAsync(), signals.Second) == signals.Second;
        await balancer.DisposeAsync();
        HostOutput.WriteLine(Summarise(balancer.GetStatus()));
        return hurried ? ExitCode.Interrupted : ExitCode.Success;
    }

    private static string Summarise(LoadBalancerStatus status)
    {
        string ends = Describe(status.Closed);
        string rejects = Describe(status.Rejected);
        long closed = status.Closed.Values.Sum();
        long rejected = status.Rejected.Values.Sum();
        return string.Create(CultureInfo.InvariantCulture, $"done: {closed} connections ended{ends}, {rejected} rejected{rejects}");
    }

    private static string Describe<T>(IReadOnlyDictionary<T, long> counts)
        where T : struct, Enum
    {
        string text = string.Join(", ", counts.Where(count => count.Value > 0).Select(count => $"{count.Key} {count.Value}"));
        return text.Length == 0 ? "" : $" ({text})";
    }
}
