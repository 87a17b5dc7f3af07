// SPDX-License-Identifier: MIT
using LbEngine.Admin.Messages;
using LbEngine.Benchmarks.Soak.Judgement;
using LbEngine.Benchmarks.Soak.Processes;
using LbEngine.Benchmarks.Soak.Traffic;

namespace LbEngine.Benchmarks.Soak.Faults;

/// <summary>Does what the schedule says, undoes it, and writes down what may be felt of it.</summary>
internal sealed class FaultRunner(
    SoakSettings settings, SoakClock clock, SoakBalancer balancer, IReadOnlyList<SoakBackend> backends, Excuses excuses, Judge judge)
    : IDisposable
{
    private const int ClientsOfCrowd = 150;
    private const int MostClosed = 4;

    private static readonly TimeSpan ReloadInterval = TimeSpan.FromMilliseconds(500);

    // A reload and a take-over are not asked of two processes at once.
    private readonly SemaphoreSlim _operator = new(1);

    /// <summary>Runs the schedule to its end, with every fault undone.</summary>
    public async Task RunAsync(IReadOnlyList<FaultEvent> schedule, CancellationToken stop)
    {
        var running = new List<Task>();
        foreach (FaultEvent fault in schedule)
        {
            await Task.Delay(TimeSpan.FromSeconds(Math.Max(fault.At - clock.Seconds, 0)), stop);
            judge.Count($"faults {fault.Kind}");
            running.Add(RunAsync(fault, stop));
            running.RemoveAll(task => task.IsCompletedSuccessfully);
        }

        await Task.WhenAll(running);
    }

    /// <summary>Reloads again and again.</summary>
    public async Task ReloadAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(ReloadInterval);
        while (clock.Seconds < settings.Seconds && await timer.WaitForNextTickAsync(stop))
        {
            bool isSettled = clock.Seconds > settings.SettledFrom;

            // An address that changes ends the UDP flows of its backend; weights and limits are no excuse.
            Excuse? excuse = isSettled ? null : excuses.Begin(FaultKind.Reload, -1, clock.Seconds);
            await AsOperatorAsync(() => balancer.ReloadAsync(isSettled), stop);
            excuse?.To = clock.Seconds;
            judge.Count("reloads");
        }
    }

    public void Dispose() => _operator.Dispose();

    private async Task RunAsync(FaultEvent fault, CancellationToken stop)
    {
        Excuse excuse = excuses.Begin(fault.Kind, fault.Backend, clock.Seconds);
        await ApplyAsync(fault, stop);
        excuse.To = clock.Seconds;
    }

    private Task ApplyAsync(FaultEvent fault, CancellationToken stop)
    {
        SoakBackend? backend = fault.Backend < 0 ? null : backends[fault.Backend];
        return fault.Kind switch
        {
            FaultKind.Kill => ForAsync(fault, () => Do(backend!.Kill), backend!.StartAsync, stop),
            FaultKind.Pause => ForAsync(fault, () => Do(backend!.Pause), () => ContinueAsync(fault.Backend), stop),
            FaultKind.Cut or FaultKind.Refuse => ForAsync(
                fault,
                () => Do(() => Firewall.Add(fault.Kind, SoakPorts.Backend(fault.Backend))),
                () => Do(() => Firewall.Remove(fault.Kind, SoakPorts.Backend(fault.Backend))),
                stop),
            FaultKind.Sicken => ForAsync(fault, () => Do(() => backend!.Say(isSick: true)), () => Do(() => backend!.Say(isSick: false)), stop),
            FaultKind.Drain => ForAsync(fault, () => ChangeAsync(fault, "draining", stop), () => ChangeAsync(fault, "ready", stop), stop),
            FaultKind.Maintenance => ForAsync(fault, () => ChangeAsync(fault, "maintenance", stop), () => ChangeAsync(fault, "ready", stop), stop),
            FaultKind.Weigh => AsOperatorAsync(() => balancer.ChangeAsync(fault.Backend, new { weight = fault.Amount }), stop),
            FaultKind.Close => AsOperatorAsync(CloseSomeAsync, stop),
            FaultKind.Crowd => CrowdAsync(fault, stop),
            FaultKind.TakeOver => AsOperatorAsync(balancer.ReplaceAsync, stop),
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault.Kind, null),
        };
    }

    private static Task Do(Action action) => Task.Run(action);

    private static async Task ForAsync(FaultEvent fault, Func<Task> apply, Func<Task> undo, CancellationToken stop)
    {
        await apply();
        await Task.Delay(TimeSpan.FromSeconds(fault.For), stop);
        await undo();
    }

    /// <summary>
    /// A process may not come back: once in an hour at a load of 130 one kept its connections after a pause and answered nobody, until it was killed.
    /// </summary>
    private async Task ContinueAsync(int number)
    {
        if (!await backends[number].ContinueAsync())
        {
            judge.Count("backends that did not go on after a pause");
            Excuse excuse = excuses.Begin(FaultKind.Kill, number, clock.Seconds);
            backends[number].Kill();
            await backends[number].StartAsync();
            excuse.To = clock.Seconds;
        }
    }

    private Task ChangeAsync(FaultEvent fault, string state, CancellationToken stop) =>
        AsOperatorAsync(() => balancer.ChangeAsync(fault.Backend, new { state }), stop);

    private async Task CloseSomeAsync()
    {
        ConnectionListMessage connections = await balancer.ReadConnectionsAsync(MostClosed);
        foreach (ConnectionMessage connection in connections.Connections)
        {
            Excuse excuse = excuses.Begin(FaultKind.Close, -1, clock.Seconds, connection.Client);
            await balancer.CloseAsync(connection.Id);
            excuse.To = clock.Seconds;
        }
    }

    private async Task CrowdAsync(FaultEvent fault, CancellationToken stop)
    {
        using var crowd = new Crowd(settings.Seed);
        await crowd.ComeAsync(fault.Amount * ClientsOfCrowd, stop);
        await Task.Delay(TimeSpan.FromSeconds(fault.For), stop);
    }

    private async Task AsOperatorAsync(Func<Task> action, CancellationToken stop)
    {
        await _operator.WaitAsync(stop);
        try
        {
            await action();
        }
        finally
        {
            _operator.Release();
        }
    }
}
