// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;
using LbEngine.Admin.Messages;
using LbEngine.Benchmarks.Soak.Faults;
using LbEngine.Benchmarks.Soak.Judgement;
using LbEngine.Benchmarks.Soak.Processes;
using LbEngine.Benchmarks.Soak.Traffic;

namespace LbEngine.Benchmarks.Soak;

/// <summary>One run: traffic, faults and reloads at once, then quiet, then the books.</summary>
internal sealed class SoakRun(SoakSettings settings, TextWriter output)
{
    private static readonly TimeSpan QuietLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(3);

    // After a take-over: code is compiled, pools fill.
    private const double Warmth = 5;

    private readonly SoakClock _clock = new();
    private readonly Excuses _excuses = new();
    private readonly List<long> _memory = [];

    /// <summary>Returns how many things were wrong.</summary>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        FaultKind[] kinds = [.. Enum.GetValues<FaultKind>().Where(IsPossible)];
        IReadOnlyList<FaultEvent> schedule = FaultSchedule.Make(settings.Seed, settings.Seconds, SoakPorts.Backends, kinds, settings.LastTakeOver);
        var findings = new Findings(_clock, schedule, output);
        var judge = new Judge(_excuses, findings);
        var backends = new List<SoakBackend>();
        using var balancer = new SoakBalancer(settings, findings.Add);
        try
        {
            for (int number = 0; number < SoakPorts.Backends; number++)
            {
                backends.Add(new SoakBackend(number, judge.Complain));
                await backends[number].StartAsync();
            }

            if (settings.HasFirewall)
            {
                Firewall.Open();
            }

            await balancer.StartAsync();
            await balancer.ReadStatusAsync();
            Snapshot idle = Snapshot.Of(balancer.ProcessId);
            var traffic = new SoakTraffic(settings, _clock, judge);
            using var faults = new FaultRunner(settings, _clock, balancer, backends, _excuses, judge);
            traffic.Start(stop);
            Task watch = WatchAsync(balancer, traffic, findings, stop);
            await Task.WhenAll(faults.RunAsync(schedule, stop), faults.ReloadAsync(stop), watch);
            await traffic.EndAsync();
            judge.Close();
            await CheckAsync(balancer, idle, findings, stop);
            await balancer.WaitForReplacedAsync();
            await balancer.StopAsync();
            Report(judge, findings, traffic);
        }
        finally
        {
            backends.ForEach(backend => backend.Dispose());
        }

        return findings.Count;
    }

    private bool IsPossible(FaultKind kind) => kind switch
    {
        FaultKind.Reload => false,
        FaultKind.Cut or FaultKind.Refuse => settings.HasFirewall,
        FaultKind.TakeOver => settings.CanTakeOver,
        _ => true,
    };

    // Says that it lives, and takes samples of the memory of the last process.
    private async Task WatchAsync(SoakBalancer balancer, SoakTraffic traffic, Findings findings, CancellationToken stop)
    {
        const int Minute = 60;
        int said = 0;
        using var timer = new PeriodicTimer(SampleInterval);
        while (_clock.Seconds < settings.Seconds && await timer.WaitForNextTickAsync(stop))
        {
            if (balancer.HasExited)
            {
                throw new UnreachableException($"The balancer has ended. It said: {balancer.ReadOutput()}");
            }

            if (_clock.Seconds > settings.LastTakeOver + Warmth)
            {
                _memory.Add(Snapshot.Of(balancer.ProcessId).PrivateBytes);
            }

            if ((int)(_clock.Seconds / Minute) > said)
            {
                said = (int)(_clock.Seconds / Minute);
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{said} min: {traffic.Streams} connections, {traffic.Flows} flows, {findings.Count} wrong; {Snapshot.Of(balancer.ProcessId)}"));
            }
        }
    }

    private async Task CheckAsync(SoakBalancer balancer, Snapshot idle, Findings findings, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        StatusMessage status = await balancer.ReadStatusAsync();
        while (status.ActiveConnections > 0 && Stopwatch.GetElapsedTime(start) < QuietLimit)
        {
            await Task.Delay(SampleInterval, stop);
            status = await balancer.ReadStatusAsync();
        }

        if (status.ActiveConnections > 0)
        {
            ConnectionListMessage left = await balancer.ReadConnectionsAsync(limit: 3);
            string some = string.Join(", ", left.Connections.Select(one => $"{one.Id} of {one.Client} {one.Phase}, idle {one.IdleSeconds:0} s"));
            findings.Add($"{status.ActiveConnections} connections and flows live on without anybody: {some}");
        }

        foreach (string wrong in CountCheck.Find(status, (await balancer.ReadBackendsAsync()).Backends, settings.CanTakeOver))
        {
            findings.Add(wrong);
        }

        Snapshot quiet = Snapshot.Of(balancer.ProcessId);
        output.WriteLine($"before: {idle}\nafter:  {quiet}");
        foreach (string wrong in LeakCheck.Find(idle, quiet).Append(LeakCheck.FindGrowth(_memory)).OfType<string>())
        {
            findings.Add(wrong);
        }

        output.WriteLine($"closed: {string.Join(", ", status.Closed.Select(pair => $"{pair.Key} {pair.Value}"))}");
        output.WriteLine($"rejected: {string.Join(", ", status.Rejected.Select(pair => $"{pair.Key} {pair.Value}"))}");
        output.WriteLine($"dropped: {string.Join(", ", status.Dropped.Select(pair => $"{pair.Key} {pair.Value}"))}");
    }

    private void Report(Judge judge, Findings findings, SoakTraffic traffic)
    {
        foreach ((string what, long count) in judge.Counts)
        {
            output.WriteLine($"{what,-40} {count,14:N0}");
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{traffic.Streams} connections and {traffic.Flows} flows in {_clock.Seconds:0} s over {settings.Transport}, seed {settings.Seed}: "
            + $"{findings.Count} wrong"));
    }
}
