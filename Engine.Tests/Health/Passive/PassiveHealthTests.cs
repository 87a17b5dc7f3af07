// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Health.Passive;
using LbEngine.Scheduling;
using LbEngine.Testing;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Threads;
using Microsoft.Extensions.Logging;

namespace LbEngine.Tests.Health.Passive;

public sealed class PassiveHealthTests : IDisposable
{
    private static readonly TimeSpan OneMillisecond = TimeSpan.FromMilliseconds(1);

    private readonly ManualTimeProvider _time = new();
    private readonly RecordingLoggerFactory _log = new();
    private readonly List<Action> _queued = [];
    private readonly List<Backend> _backends = [];
    private readonly BackendPool _pool;
    private readonly PassiveHealth _health;
    private bool _schedulerFails;

    public PassiveHealthTests()
    {
        _pool = new BackendPool(0, "site", "test", set => _schedulerFails
            ? throw new InvalidOperationException("A defect of the embedder.")
            : new WeightedLeastConnectionsScheduler(set));
        _health = new PassiveHealth(_time, _log, _queued.Add);
        _health.Watch(_pool, new PassiveHealthOptions());
    }

    public void Dispose()
    {
        _health.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void ReportRefused_OneOfTwo_IsLeftOutForFiveSeconds()
    {
        AddBackends(2);

        Refuse(0);
        bool usableWhileOut = _pool.Current.SchedulingSet.Usable[0];
        bool keepsWhileOut = _backends[0].KeepsTraffic;
        _time.Advance(TimeSpan.FromSeconds(5) - OneMillisecond);
        bool usableJustBefore = _pool.Current.SchedulingSet.Usable[0];
        _time.Advance(OneMillisecond);

        Assert.False(usableWhileOut || keepsWhileOut || usableJustBefore);
        Assert.True(_pool.Current.SchedulingSet.Usable[0]);
        Assert.True(_backends[0].KeepsTraffic);
        Assert.Equal(
            [
                "210 Warning Backend b0 of pool site failed live traffic (1 in a row) and is left out for 5 s.",
                "211 Information Backend b0 of pool site may take traffic again.",
            ],
            Lines());
    }

    [Fact]
    public void ReportRefused_RefusesAgainWheneverItComesBack_StaysOutLongerEachTime()
    {
        AddBackends(2);

        int returns = 0;
        foreach (int seconds in (int[])[5, 10, 20, 40])
        {
            Refuse(0);
            _time.Advance(TimeSpan.FromSeconds(seconds) - OneMillisecond);
            Assert.True(_backends[0].IsEjected, $"It came back before {seconds} s.");
            _time.Advance(OneMillisecond);
            Assert.False(_backends[0].IsEjected, $"It did not come back after {seconds} s.");
            returns++;
        }

        Assert.Equal(4, returns);
        Assert.Equal(4, Lines().Count(line => line.StartsWith("211", StringComparison.Ordinal)));
    }

    [Fact]
    public void ReportRefused_Flood_QueuesWorkOnce()
    {
        AddBackends(2);

        for (int i = 0; i < 1000; i++)
        {
            _health.ReportRefused(_backends[0]);
        }

        int beforeItRan = _queued.Count;
        RunQueued();
        for (int i = 0; i < 1000; i++)
        {
            _health.ReportRefused(_backends[0]);
        }

        Assert.Equal(1, beforeItRan);
        Assert.Empty(_queued);
    }

    [Fact]
    public void ReportRefused_OnlyBackendRefusesEverything_IsAskedOnceASecondAndKept()
    {
        AddBackends(1);
        int heard = 0;

        for (int i = 0; i < 100; i++)
        {
            _health.ReportRefused(_backends[0]);
            heard += _queued.Count;
            RunQueued();
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(10, heard);
        Assert.False(_backends[0].IsEjected);
        Assert.Empty(Lines());
    }

    [Fact]
    public void ReportRefused_BothOfTwo_LeavesOneIn()
    {
        AddBackends(2);

        Refuse(0);
        Refuse(1);

        Assert.Equal([true, false], _backends.Select(backend => backend.IsEjected));
        Assert.False(_pool.Current.IsFailingOpen);
    }

    [Fact]
    public void ReportRefused_TheOtherIsDown_PoolFailsOpenAndSaysSoOnce()
    {
        AddBackends(2);
        _backends[1].HealthState = HealthState.Down;
        _pool.Publish();

        Refuse(0);
        bool open = _pool.Current.IsFailingOpen;
        bool[] usable = _pool.Current.SchedulingSet.Usable.ToArray();
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.True(open);
        Assert.Equal([true, true], usable);
        Assert.False(_pool.Current.IsFailingOpen);
        Assert.Equal(["212", "210", "213", "211"], Lines().Select(line => line[..3]));
    }

    [Theory]
    [InlineData(OperatorState.Draining)]
    [InlineData(OperatorState.Maintenance)]
    public void ReportRefused_BackendIsNotWanted_IsNotEjected(OperatorState state)
    {
        AddBackends(4);
        _backends[0].OperatorState = state;
        _pool.Publish();

        Refuse(0);

        Assert.False(_backends[0].IsEjected);
    }

    [Fact]
    public void ReportRefused_BackendWasRemovedMeanwhile_ChangesNothing()
    {
        AddBackends(4);
        _health.ReportRefused(_backends[0]);
        _pool.Remove(_backends[0]);
        _pool.Publish();
        BackendSet before = _pool.Current;

        RunQueued();

        Assert.Same(before, _pool.Current);
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public void ReportRefused_EjectedBackendIsRemoved_MakesRoomForTheNext()
    {
        AddBackends(3);
        Refuse(0);
        _pool.Remove(_backends[0]);
        _pool.Publish();

        Refuse(1);

        Assert.True(_backends[1].IsEjected);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(_backends[1].IsEjected);
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public void ReportRefused_PoolThatCameLater_IsWatchedLikeTheOthers()
    {
        AddBackends(2);
        var later = new BackendPool(7, "later", "test", static set => new WeightedLeastConnectionsScheduler(set));
        Backend[] backends = [.. Enumerable.Range(10, 2).Select(
            id => later.Add(id, new BackendDefinition($"b{id}", new IPEndPoint(IPAddress.Loopback, 80), 1, int.MaxValue)))];
        later.Publish();
        _health.Watch(later, new PassiveHealthOptions());

        _health.ReportRefused(backends[0]);
        RunQueued();
        Refuse(1);

        Assert.Equal([true, false], backends.Select(backend => backend.IsEjected));
        Assert.Equal([false, true], _backends.Select(backend => backend.IsEjected));
    }

    [Fact]
    public void Dispose_BackendsAreOut_LeavesNoTimerAndHearsNothing()
    {
        AddBackends(4);
        Refuse(0);
        _health.ReportRefused(_backends[1]);
        int armedBefore = _time.ArmedTimers;

        _health.Dispose();
        RunQueued();
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(1, armedBefore);
        Assert.Equal(0, _time.ArmedTimers);
        Assert.Equal([true, false, false, false], _backends.Select(backend => backend.IsEjected));
    }

    [Fact]
    public void ReportRefused_SchedulerCannotBeBuilt_IsContainedAndTriedAgainOnTheWayBack()
    {
        AddBackends(2);
        _schedulerFails = true;

        Refuse(0);
        (int Id, LogLevel Level, string Text) failure = Assert.Single(_log.Lines);
        bool usable = _pool.Current.SchedulingSet.Usable[0];
        _schedulerFails = false;
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal((214, LogLevel.Error), (failure.Id, failure.Level));
        Assert.True(usable);
        Assert.False(_backends[0].IsEjected);
        Assert.True(_pool.Current.SchedulingSet.Usable[0]);
    }

    [Fact]
    public void ReportRefused_SomebodyHoldsThePool_ReturnsAtOnceAndActsLater()
    {
        AddBackends(2);
        using var health = new PassiveHealth(_time, _log);
        health.Watch(_pool, new PassiveHealthOptions());
        lock (_pool.Writer)
        {
            Threaded.Run(1, _ => health.ReportRefused(_backends[0]));
            Assert.False(_backends[0].IsEjected);
        }

        Assert.True(
            SpinWait.SpinUntil(() => !_pool.Current.SchedulingSet.Usable[0], TimeSpan.FromSeconds(30)),
            "The backend was not left out within 30 s.");
    }

    private void AddBackends(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _backends.Add(_pool.Add(i, new BackendDefinition($"b{i}", new IPEndPoint(IPAddress.Loopback, 80), 1, int.MaxValue)));
        }

        _pool.Publish();
    }

    private void Refuse(int backend)
    {
        _health.ReportRefused(_backends[backend]);
        RunQueued();
    }

    private void RunQueued()
    {
        Action[] work = [.. _queued];
        _queued.Clear();
        Array.ForEach(work, run => run());
    }

    private string[] Lines() => [.. _log.Lines.Select(line => $"{line.Id} {line.Level} {line.Text}")];
}
