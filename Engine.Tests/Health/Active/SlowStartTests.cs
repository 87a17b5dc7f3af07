// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Scheduling;

namespace LbEngine.Tests.Health.Active;

public sealed class SlowStartTests
{
    private const int SlowStart = 30_000;
    private const int Held = 50;

    /// <summary>The herd: servers that hold 50 connections each, and an empty one that joins. Its share of the next ones, in rounds of one step.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(100)]
    public void NewBackend_UnderLeastConnections_TakesEveryConnectionOrItsShareStepByStep(int servers)
    {
        using HealthStage atOnce = Crowd(servers, 0);
        Backend herd = Join(atOnce);
        using HealthStage slowly = Crowd(servers, SlowStart);
        Backend gentle = Join(slowly);

        int[] picksAtOnce = Picks(atOnce, herd, 2 * Held);
        var ends = new List<int>();
        for (int step = 1; step <= 20; step++)
        {
            Picks(slowly, gentle, 10 * servers);
            ends.Add(gentle.ActiveCount);
            int share = slowly.Backends[0].ActiveCount * step / 20;
            int others = slowly.Backends[0].ActiveCount;
            Assert.True(gentle.ActiveCount <= share + 1, $"Step {step} of 20: {gentle.ActiveCount} connections, where the others have {others}.");
            slowly.Advance(SlowStart / 20);
        }

        slowly.Advance(1_000);
        Picks(slowly, gentle, servers * Held);

        Assert.Equal(Enumerable.Repeat(1, Held), picksAtOnce[..Held]);
        Assert.True(ends[0] < Held / 4 && ends[9] < ends[19], $"Not step by step: {string.Join(' ', ends)}.");
        Assert.InRange(gentle.ActiveCount, slowly.Backends[0].ActiveCount - 2, slowly.Backends[0].ActiveCount + 2);
        Assert.Equal(SlowStartWeights.Full, gentle.SlowStartPermille);
    }

    [Fact]
    public void NewBackend_OverTheSlowStart_IsPublishedInAboutTwentySteps()
    {
        using HealthStage stage = Crowd(3, SlowStart);
        Join(stage);
        int before = stage.Publications;
        var weights = new List<int>();

        for (int i = 0; i < 350; i++)
        {
            stage.Advance(SlowStart / 300);
            weights.Add(stage.Pool.Current.SchedulingSet.Weights[3] * 100 / stage.Pool.Current.SchedulingSet.Weights[0]);
        }

        Assert.InRange(stage.Publications - before, 10, 20);
        Assert.Equal(weights.Order(), weights);
        Assert.Equal((5, 100), (weights[0], weights[^1]));
        Assert.InRange(weights[150], 45, 55);
    }

    [Theory]
    [InlineData("all schedulers see weights: the heavy one keeps its proportion to the light one", 60, 30)]
    [InlineData("weights at their limit", 65_535, 1)]
    [InlineData("weights of one", 1, 1)]
    public void Weights_WhileOneStartsSlowly_KeepTheProportionOfTheOthers(string sentence, int heavy, int light)
    {
        using var stage = new HealthStage(0, pool => pool.SlowStartMilliseconds = SlowStart);
        stage.Add(heavy);
        stage.Add(light);
        stage.Pool.Publish();
        stage.Add(heavy);
        stage.Start(null);

        stage.Pool.Publish();

        int[] weights = stage.Pool.Current.SchedulingSet.Weights.ToArray();
        Assert.True((long)weights[0] * light == (long)weights[1] * heavy, $"{sentence}: {string.Join(' ', weights)}");
        Assert.All(weights, weight => Assert.InRange(weight, 1, 65_535));
        Assert.True(weights[2] == Math.Max(1, weights[0] / 20), $"{sentence}: {string.Join(' ', weights)}");
    }

    [Fact]
    public void FirstPublication_IsNotNew_EverybodyHasItsFullShare()
    {
        using HealthStage stage = Crowd(3, SlowStart);

        Assert.All(stage.Backends, backend => Assert.Equal(SlowStartWeights.Full, backend.SlowStartPermille));
        Assert.Equal([1, 1, 1], stage.Pool.Current.SchedulingSet.Weights.ToArray());
    }

    [Fact]
    public void RecoveredBackend_ComesBackSlowlyEachTime()
    {
        using var stage = new HealthStage(2, pool => pool.SlowStartMilliseconds = SlowStart);
        stage.Start(new HealthOptions());
        stage.Advance(10_000);
        var seen = new List<int>();

        for (int i = 0; i < 2; i++)
        {
            stage.Say(1, ProbeCause.Refused);
            stage.Advance(15_000);
            Assert.Equal(HealthState.Down, stage.Backends[1].HealthState);
            stage.Say(1, ProbeCause.Success);
            stage.Advance(10_000);
            seen.Add(stage.Backends[1].SlowStartPermille);
        }

        stage.Advance(SlowStart);

        Assert.All(seen, permille => Assert.InRange(permille, 50, 500));
        Assert.Equal(SlowStartWeights.Full, stage.Backends[1].SlowStartPermille);
        Assert.Equal([1, 1], stage.Pool.Current.SchedulingSet.Weights.ToArray());
    }

    [Fact]
    public void EjectedBackendThatReturns_ComesBackSlowly()
    {
        using HealthStage stage = Crowd(4, SlowStart);
        stage.Backends[1].IsEjected = true;
        stage.Pool.Publish();

        stage.Backends[1].IsEjected = false;
        stage.Pool.Publish();
        int atFirst = stage.Backends[1].SlowStartPermille;
        stage.Advance(SlowStart + 1_000);

        Assert.Equal((SlowStartWeights.FirstStep, SlowStartWeights.Full), (atFirst, stage.Backends[1].SlowStartPermille));
    }

    private static HealthStage Crowd(int servers, int slowStart)
    {
        var stage = new HealthStage(servers, pool => pool.SlowStartMilliseconds = slowStart);
        stage.Start(null);
        foreach (Backend backend in stage.Backends)
        {
            for (int i = 0; i < Held; i++)
            {
                backend.TryAcquire();
            }
        }

        return stage;
    }

    private static Backend Join(HealthStage stage)
    {
        Backend added = stage.Add();
        stage.Pool.Publish();
        return added;
    }

    /// <summary>Places connections that stay; 1 for each that went to the backend.</summary>
    private static int[] Picks(HealthStage stage, Backend wanted, int count)
    {
        var picks = new int[count];
        for (int i = 0; i < count; i++)
        {
            BackendSet set = stage.Pool.Current;
            Backend picked = set.Find(set.Scheduler.SelectBackend(new SchedulingContext(0, false, default)))!;
            picked.TryAcquire();
            picks[i] = picked == wanted ? 1 : 0;
        }

        return picks;
    }
}
