// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Health.Active;
using LbEngine.Scheduling;

namespace LbEngine.Tests.Health.Active;

public sealed class ActiveHealthTests
{
    private const int Interval = 5_000;
    private const int Fast = 1_000;

    [Fact]
    public void Start_BackendsFailTheFirstProbe_AreDownWithinASecondAndSaidSo()
    {
        using var stage = new HealthStage(3);
        stage.Say(1, ProbeCause.Refused);

        stage.Start(new HealthOptions());
        stage.Advance(Fast + ProbedPool.QuietMilliseconds);

        Assert.Equal([HealthState.Up, HealthState.Down, HealthState.Up], stage.States);
        Assert.Equal([true, false, true], stage.Pool.Current.SchedulingSet.Usable.ToArray());
        Assert.Equal(["201 Warning Backend b1 of pool site is down after 1 failed probes: refused: nothing listens there."], stage.Lines);
        Assert.Equal(ProbeCause.Refused, stage.Backends[1].LastProbe!.Result.Cause);
    }

    [Fact]
    public void Probes_OneFailsAndRecovers_FollowsFallAndRiseAtTheFastInterval()
    {
        using var stage = new HealthStage(2);
        stage.Start(new HealthOptions());
        stage.Advance(3 * Interval);
        stage.Prober.Starts.Clear();

        stage.Say(1, ProbeCause.NoAnswer);
        stage.Advance(Interval + (2 * Fast) + ProbedPool.QuietMilliseconds);
        HealthState afterFall = stage.Backends[1].HealthState;
        int failing = stage.Prober.Starts.Count(start => start.Address.Equals(stage.Backends[1].Address));
        stage.Say(1, ProbeCause.Success);
        stage.Advance(Interval + (Interval / 2) + Fast + ProbedPool.QuietMilliseconds);

        Assert.Equal((HealthState.Down, HealthState.Up), (afterFall, stage.Backends[1].HealthState));
        Assert.InRange(failing, 3, 4);
        Assert.Equal(
            ["201 Warning Backend b1 of pool site is down after 3 failed probes: no answer.", "202 Information Backend b1 of pool site is up again: answered."],
            stage.Lines);
    }

    [Fact]
    public void Probes_OneFlapsWithEveryProbe_ChangesNothing()
    {
        using var stage = new HealthStage(2);
        stage.Start(new HealthOptions());
        stage.Advance(2 * Interval);
        int before = stage.Publications;

        for (int i = 0; i < 200; i++)
        {
            stage.Say(1, i % 2 == 0 ? ProbeCause.NoAnswer : ProbeCause.Success);
            stage.Advance(Fast);
        }

        Assert.Equal(before, stage.Publications);
        Assert.Empty(stage.Lines);
        Assert.True(stage.Prober.Starts.Count > 100, "It was hardly probed.");
    }

    [Fact]
    public void Probes_OfAThousandBackends_AreSpreadOverTheInterval()
    {
        const int Count = 1000;
        using var stage = new HealthStage(Count);
        stage.Start(new HealthOptions());
        stage.Advance(4 * Interval);
        stage.Prober.Starts.Clear();

        stage.Advance(10 * Interval);

        int[] perSlice = new int[10 * Interval / 250];
        TimeSpan first = stage.Prober.Starts[0].At;
        foreach ((_, TimeSpan at) in stage.Prober.Starts)
        {
            perSlice[(int)Math.Min(perSlice.Length - 1, (at - first).TotalMilliseconds / 250)]++;
        }

        Assert.InRange(stage.Prober.Starts.Count, 10 * Count * 0.98, 10 * Count * 1.02);
        Assert.InRange(perSlice[..^2].Max(), 30, 80);
        Assert.InRange(perSlice[..^2].Min(), 20, 50);
    }

    [Fact]
    public void Probes_LateFailuresOfAProcessThatStoodStill_TakeNobodyOut()
    {
        using var stage = new HealthStage(20);
        stage.Start(new HealthOptions { Fall = 1 });
        stage.Advance(2 * Interval);
        stage.Backends.ForEach(backend => stage.Prober.Set(backend.Address, ProbeCause.NoAnswer));

        stage.Prober.Elapsed = TimeSpan.FromSeconds(60);
        stage.Advance(2 * Interval);
        HealthState[] whenLate = stage.States;
        stage.Prober.Elapsed = TimeSpan.FromSeconds(2);
        stage.Advance(2 * Interval);

        Assert.All(whenLate, state => Assert.Equal(HealthState.Up, state));
        Assert.All(stage.States, state => Assert.Equal(HealthState.Down, state));
    }

    [Fact]
    public void Probes_ThisHostCannotProbe_TakeNobodyOut()
    {
        using var stage = new HealthStage(2);
        stage.Start(new HealthOptions { Fall = 1 });
        stage.Advance(2 * Interval);

        stage.Backends.ForEach(backend => stage.Prober.Set(backend.Address, ProbeCause.NotProbed));
        stage.Advance(10 * Interval);

        Assert.All(stage.States, state => Assert.Equal(HealthState.Up, state));
    }

    [Fact]
    public void Probes_AllGoDownTogether_ArePublishedInAFewGoes()
    {
        using var stage = new HealthStage(200);
        stage.Start(new HealthOptions());
        stage.Advance(2 * Interval);
        stage.Prober.Holds = true;
        stage.Backends.ForEach(backend => stage.Prober.Set(backend.Address, ProbeCause.Refused));
        stage.Advance(Interval + Fast);
        stage.Prober.Release();
        stage.Advance(Fast);
        stage.Prober.Release();
        stage.Advance(Fast);
        int before = stage.Publications;

        stage.Prober.Release();
        stage.Advance(ProbedPool.QuietMilliseconds);

        Assert.All(stage.States, state => Assert.Equal(HealthState.Down, state));
        Assert.Equal(before + 1, stage.Publications);
        Assert.True(stage.Pool.Current.IsFailingOpen);
    }

    [Fact]
    public void Probes_NoneEnds_AreNoMoreThanTheLimitAtOnce()
    {
        using var stage = new HealthStage(1000);
        stage.Prober.Holds = true;
        stage.Start(new HealthOptions());

        stage.Advance(10 * Interval);
        int held = stage.Prober.Held;
        stage.Prober.Holds = false;
        stage.Prober.Release();
        stage.Advance(Interval);

        Assert.Equal(HealthStage.MostProbes, held);
        Assert.All(stage.States, state => Assert.Equal(HealthState.Up, state));
    }

    [Theory]
    [InlineData(false, true, "11")]
    [InlineData(true, false, "00")]
    public void WhenAllDown_ServeOrRefuse_DecidesWhoIsUsable(bool refuses, bool isFailingOpen, string usable)
    {
        using var stage = new HealthStage(2, pool => pool.RefusesWhenAllDown = refuses);
        stage.Say(0, ProbeCause.Refused);
        stage.Say(1, ProbeCause.Refused);

        stage.Start(new HealthOptions());
        stage.Advance(Interval);
        BackendSet set = stage.Pool.Current;
        bool[] keeps = [.. stage.Backends.Select(backend => backend.KeepsTraffic)];
        stage.Say(0, ProbeCause.Success);
        stage.Advance(3 * Interval);

        Assert.Equal((true, isFailingOpen), (set.IsAllDown, set.IsFailingOpen));
        Assert.Equal(usable, string.Concat(set.SchedulingSet.Usable.ToArray().Select(one => one ? '1' : '0')));
        Assert.Equal([isFailingOpen, isFailingOpen], keeps);
        Assert.Equal([true, false], stage.Pool.Current.SchedulingSet.Usable.ToArray());
        Assert.Single(stage.Lines, line => line.StartsWith(refuses ? "215" : "212", StringComparison.Ordinal));
        Assert.Single(stage.Lines, line => line.StartsWith("213", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void OnDown_UpBackendFalls_ItsConnectionsAreResetWhenThePoolSaysSo(bool resets, int expected)
    {
        using var stage = new HealthStage(2, pool => pool.ResetsWhenDown = resets);
        stage.Start(new HealthOptions());
        stage.Advance(2 * Interval);

        stage.Say(1, ProbeCause.Refused);
        stage.Advance(2 * Interval);

        Assert.Equal(HealthState.Down, stage.Backends[1].HealthState);
        Assert.Equal(Enumerable.Repeat(stage.Backends[1], expected), stage.Reset);
    }

    [Fact]
    public void OnDown_FirstProbeOfABackendFails_ResetsNothing()
    {
        using var stage = new HealthStage(2, pool => pool.ResetsWhenDown = true);
        stage.Say(1, ProbeCause.Refused);

        stage.Start(new HealthOptions());
        stage.Advance(5 * Interval);

        Assert.Equal(HealthState.Down, stage.Backends[1].HealthState);
        Assert.Empty(stage.Reset);
    }

    [Fact]
    public void Watch_Again_KeepsWhatIsKnownAndProbesTheNewOnesSoon()
    {
        using var stage = new HealthStage(2);
        stage.Say(1, ProbeCause.Refused);
        stage.Start(new HealthOptions());
        stage.Advance(2 * Interval);
        stage.Pool.Remove(stage.Backends[0]);
        Backend added = stage.Add();
        stage.Pool.Publish();
        stage.Prober.Set(added.Address, ProbeCause.Refused);
        stage.Prober.Starts.Clear();

        stage.Monitor.Watch(stage.Pool, new HealthOptions { Interval = TimeSpan.FromSeconds(6), Port = 99 });
        HealthState rightAfter = stage.Backends[1].HealthState;
        stage.Advance(Fast + ProbedPool.QuietMilliseconds);
        stage.Prober.Set(stage.Prober.Starts[0].Address, ProbeCause.Success);

        Assert.Equal(HealthState.Down, rightAfter);
        Assert.All(stage.Prober.Starts, start => Assert.Equal(99, start.Address.Port));
        Assert.Equal(HealthState.Up, added.HealthState);
        Assert.DoesNotContain(stage.Prober.Starts, start => start.Address.Equals(stage.Backends[0].Address));
    }

    [Fact]
    public void Watch_SameOptionsAgain_DisturbsNoPhase()
    {
        using var stage = new HealthStage(1);
        stage.Start(new HealthOptions());
        stage.Advance(4 * Interval);
        stage.Prober.Starts.Clear();

        for (int i = 0; i < 20; i++)
        {
            stage.Monitor.Watch(stage.Pool, new HealthOptions());
            stage.Advance(Interval / 10);
        }

        Assert.InRange(stage.Prober.Starts.Count, 1, 3);
    }

    [Fact]
    public void Watch_OptionsChangeWhileAProbeIsUnderWay_ItsAnswerCountsForNothing()
    {
        using var stage = new HealthStage(1);
        stage.Say(0, ProbeCause.WrongStatus);
        stage.Prober.Holds = true;
        stage.Start(new HealthOptions { Type = HealthCheckType.Http });
        stage.Advance(Interval);
        stage.Monitor.Watch(stage.Pool, new HealthOptions());

        stage.Prober.Release();
        HealthState afterTheOldAnswer = stage.Backends[0].HealthState;
        stage.Say(0, ProbeCause.Success);
        stage.Prober.Holds = false;
        stage.Advance(Fast);

        Assert.Equal((HealthState.Unknown, HealthState.Up), (afterTheOldAnswer, stage.Backends[0].HealthState));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Watch_EndsWhileOneIsDown_NobodyIsKnownAsDownAndNobodyIsProbed(bool byNull)
    {
        using var stage = new HealthStage(2);
        stage.Say(1, ProbeCause.Refused);
        stage.Start(new HealthOptions());
        stage.Advance(2 * Interval);
        stage.Prober.Starts.Clear();

        if (byNull)
        {
            stage.Monitor.Watch(stage.Pool, null);
        }
        else
        {
            stage.Monitor.Unwatch(stage.Pool);
        }

        stage.Advance(2 * Interval);

        Assert.All(stage.States, state => Assert.Equal(HealthState.Unknown, state));
        Assert.Equal([true, true], stage.Pool.Current.SchedulingSet.Usable.ToArray());
        Assert.Empty(stage.Prober.Starts);
    }

    [Fact]
    public void Watch_NothingToProbe_MakesNoLoop()
    {
        using var stage = new HealthStage(2);

        stage.Start(null);
        stage.Advance(Interval);

        Assert.Equal(0, stage.Time.ArmedTimers);
    }

    [Fact]
    public void Publish_SchedulerCannotBeBuilt_IsTriedAgainASecondLater()
    {
        bool fails = false;
        using var stage = new HealthStage(
            2, null, set => fails ? throw new InvalidOperationException("A defect of the embedder.") : new WeightedLeastConnectionsScheduler(set));
        stage.Start(new HealthOptions());
        stage.Advance(2 * Interval);
        stage.Say(1, ProbeCause.Refused);
        fails = true;

        stage.Advance(2 * Interval);
        bool usableMeanwhile = stage.Pool.Current.SchedulingSet.Usable[1];
        fails = false;
        stage.Advance(1_000);

        Assert.True(usableMeanwhile);
        Assert.False(stage.Pool.Current.SchedulingSet.Usable[1]);
        Assert.Contains(stage.Lines, line => line.StartsWith("214", StringComparison.Ordinal));
    }

    [Fact]
    public void Dispose_ProbesAreUnderWay_LeavesNoTimerAndHearsNothing()
    {
        var stage = new HealthStage(4);
        stage.Prober.Holds = true;
        stage.Backends.ForEach(backend => stage.Prober.Set(backend.Address, ProbeCause.Refused));
        stage.Start(new HealthOptions());
        stage.Advance(Interval);

        stage.Dispose();
        stage.Prober.Release();
        stage.Advance(Interval);

        Assert.Equal(0, stage.Time.ArmedTimers);
        Assert.True(stage.Prober.IsDisposed);
        Assert.All(stage.States, state => Assert.Equal(HealthState.Unknown, state));
    }
}
