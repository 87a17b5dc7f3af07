// SPDX-License-Identifier: MIT
using FsCheck;
using FsCheck.Fluent;
using LbEngine.Lifecycle;

namespace LbEngine.Tests.Lifecycle;

public class RateRuleTests
{
    private static readonly int[] PerSecond = [1, 2, 5, 10, 100, 1000];

    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(42, 43);

    [Fact]
    public void Take_FullBucket_IsTheBurstAtOnceThenTheRate()
    {
        var rule = RateRule.Of(10, TimeSpan.FromSeconds(1), burst: 3);

        Assert.Equal([0, 0, 0, 100, 200], Arrivals(rule, wanted: 5));
    }

    [Fact]
    public void Take_AfterAPause_IsTheBurstAgainAndNoMore()
    {
        var rule = RateRule.Of(10, TimeSpan.FromSeconds(1), burst: 3);
        long due = 0;
        for (int i = 0; i < 3; i++)
        {
            due = rule.Take(due, At(0));
        }

        int taken = 0;
        for (long next; (next = rule.Take(due, At(10_000))) != RateRule.Over; due = next)
        {
            taken++;
        }

        Assert.Equal(3, taken);
    }

    [Fact]
    public void Take_DueByAMuchSlowerRule_IsFreeUnderTheNewOne()
    {
        long due = RateRule.Of(1, TimeSpan.FromHours(1), 1).Take(0, At(0));

        Assert.NotEqual(RateRule.Over, RateRule.Of(100, TimeSpan.FromSeconds(1), 1).Take(due, At(1)));
    }

    [Fact]
    public void Take_ClockOfAnotherThreadIsBehind_DoesNotFillTheBucket()
    {
        var rule = RateRule.Of(1000, TimeSpan.FromSeconds(1), burst: 1);
        long due = rule.Take(0, At(500));

        Assert.Equal(RateRule.Over, rule.Take(due, At(400)));
    }

    [Fact]
    public void Take_AnyArrivals_LetsInWhatATokenBucketLetsIn() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            int perSecond = PerSecond[random.Next(PerSecond.Length)];
            int burst = random.Next(1, 20);
            var rule = RateRule.Of(perSecond, TimeSpan.FromSeconds(1), burst);
            decimal tokens = burst;
            long last = 0;
            long due = 0;
            for (long now = 1000, i = 0; i < 200; i++)
            {
                now += random.Next(3) == 0 ? random.Next(3000 / perSecond) : 0;
                tokens = i == 0 ? burst : Math.Min(burst, tokens + ((now - last) * perSecond / 1000m));
                last = now;
                bool expected = tokens >= 1;
                tokens -= expected ? 1 : 0;
                long next = rule.Take(due, At(now));
                Assert.True(expected == (next != RateRule.Over), $"{perSecond}/s, burst {burst}, arrival {i} at {now}: {tokens} tokens");
                due = next == RateRule.Over ? due : next;
            }
        }).Check(Runs);

    /// <summary>When clients that try all the time are let in.</summary>
    private static long[] Arrivals(RateRule rule, int wanted)
    {
        var times = new List<long>();
        long due = 0;
        for (long now = 0; times.Count < wanted; now++)
        {
            for (long next; times.Count < wanted && (next = rule.Take(due, At(now))) != RateRule.Over; due = next)
            {
                times.Add(now);
            }
        }

        return [.. times];
    }

    private static long At(long milliseconds) => milliseconds * RateRule.TicksPerMillisecond;
}
