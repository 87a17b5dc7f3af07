// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Admin;
using LbEngine.ConsoleHost.Control;
using LbEngine.ConsoleHost.Tables;
using LbEngine.Observability;
using LbEngine.Transport;

namespace LbEngine.ConsoleHost.Commands;

/// <summary>The life of an engine in this process: start, wait for a signal, drain, say what was done.</summary>
internal static class EngineRun
{
    /// <summary>Runs until a signal; returns the exit code.</summary>
    /// <param name="balancer">The engine, not started yet. It is disposed of at the end.</param>
    /// <param name="control">How it is controlled from outside meanwhile.</param>
    /// <param name="signals">Those of this process.</param>
    /// <param name="started">Called with the first status, after the listeners were printed.</param>
    public static async Task<int> RunAsync(
        LoadBalancer balancer, BalancerControl control, HostSignals signals, Action<LoadBalancerStatus>? started = null)
    {
        // Before the first line that might wait for its reader.
        using IDisposable output = HostOutput.Detach();
        try
        {
            signals.Stopping.ThrowIfCancellationRequested();
            await control.OpenAsync();
            await balancer.StartAsync(signals.Stopping);
            await control.FollowAsync(signals.First);
        }
        catch (OperationCanceledException) when (signals.First.IsCompleted)
        {
            HostOutput.WriteLine("stopped before it served");
            return ExitCode.Success;
        }
        catch (Exception exception) when (exception
            is ListenerBindException or AdminUnavailableException or LoadBalancerConfigurationException or IOException)
        {
            HostOutput.WriteError(exception.Message);
            return ExitCode.Failure;
        }

        LoadBalancerStatus status = balancer.GetStatus();
        foreach (ListenerStatus listener in status.Listeners)
        {
            string protocol = listener.Protocol == ListenerProtocol.Udp ? " (udp)" : "";
            HostOutput.WriteLine($"listener {listener.Name} accepts on {listener.Place}{protocol} for {Pools(listener)}");
        }

        started?.Invoke(status);
        control.Start();
        bool isReplaced = await Task.WhenAny(signals.First, control.Replaced) == control.Replaced;

        // First of all, so that whoever asks finds that it drains.
        Task drain = balancer.DrainAsync();
        await control.StopAsync(isReplaced);
        TimeSpan delay = isReplaced ? TimeSpan.Zero : balancer.GetConfiguration().Drain.Delay;
        string before = delay > TimeSpan.Zero
            ? string.Create(CultureInfo.InvariantCulture, $" after {delay.TotalSeconds} s in which new clients are taken")
            : "";
        HostOutput.WriteLine($"draining {Active(balancer.GetStatus())}{before}; a second signal ends at once");
        Task hurry = isReplaced ? signals.First : signals.Second;
        bool hurried = await Task.WhenAny(drain, hurry) == hurry;
        await balancer.DisposeAsync();
        foreach (string line in Summarise(balancer.GetStatus()))
        {
            HostOutput.WriteLine(line);
        }

        return hurried ? ExitCode.Interrupted : ExitCode.Success;
    }

    private static IEnumerable<string> Summarise(LoadBalancerStatus status)
    {
        long rejected = status.Rejected.Values.Sum();
        yield return string.Create(
            CultureInfo.InvariantCulture, $"done: {Ended(status)} ended{Describe(status.Closed)}, {rejected} rejected{Describe(status.Rejected)}");
        foreach (ListenerStatus listener in status.Listeners)
        {
            if (listener.Datagrams is DatagramStatus datagrams)
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"listener {listener.Name}: {datagrams.ToBackends} datagrams to backends, {datagrams.ToClients} to clients, {datagrams.Dropped} dropped");
            }
        }

        if (status.Dropped.Count > 0)
        {
            yield return $"datagrams were dropped for these reasons:{Describe(status.Dropped)}";
        }
    }

    /// <summary>Connections, and flows where there is a listener for UDP.</summary>
    private static string Active(LoadBalancerStatus status)
    {
        ILookup<ListenerProtocol, long> counts = status.Listeners.ToLookup(listener => listener.Protocol, listener => (long)listener.ActiveConnections);
        string connections = Counted.Of(counts[ListenerProtocol.Tcp].Sum(), "connection");
        return counts.Contains(ListenerProtocol.Udp) ? $"{connections} and {Counted.Of(counts[ListenerProtocol.Udp].Sum(), "flow")}" : connections;
    }

    /// <summary>Those of listeners that a reload has removed are among them, so the listeners of now cannot tell.</summary>
    private static string Ended(LoadBalancerStatus status)
    {
        long ended = status.Closed.Values.Sum();
        return status.Listeners.Any(static listener => listener.Protocol == ListenerProtocol.Udp)
            ? string.Create(CultureInfo.InvariantCulture, $"{ended} connections and flows")
            : Counted.Of(ended, "connection");
    }

    private static string Describe<T>(IReadOnlyDictionary<T, long> counts)
        where T : struct, Enum
    {
        string text = string.Join(", ", counts.Where(count => count.Value > 0).Select(count => $"{count.Key} {count.Value}"));
        return text.Length == 0 ? "" : $" ({text})";
    }

    private static string Pools(ListenerStatus listener) => listener.RoutePools.Count == 0
        ? $"pool {listener.Pool}"
        : $"pool {listener.Pool}, and by routes for {string.Join(", ", listener.RoutePools.Take(10))}";
}
