// SPDX-License-Identifier: MIT
using LbEngine.Health.Passive;

namespace LbEngine.Tests.Health.Passive;

public sealed class EjectionJudgeTests
{
    private const int Large = 100;

    [Theory]
    [InlineData("a pool of one keeps its only backend", 1, 0)]
    [InlineData("a pool of two: one", 2, 1)]
    [InlineData("a pool of three: one, since two would be more than half", 3, 1)]
    [InlineData("a pool of four: two", 4, 2)]
    [InlineData("a pool of a hundred: fifty", 100, 50)]
    [InlineData("an empty pool", 0, 0)]
    public void TryEject_EveryBackendFails_LeavesOutAtMostHalf(string sentence, int poolSize, int expected)
    {
        var judge = new EjectionJudge();

        int ejected = Enumerable.Range(0, 100).Count(backend => judge.TryEject(backend, poolSize, 0, out _));

        Assert.True(expected == ejected, $"{sentence}: {ejected} were ejected");
        Assert.Equal(expected, judge.OutCount);
    }

    [Fact]
    public void TryEject_FailsAgainRightAfterEachReturn_DoublesUpToFiveMinutes()
    {
        var judge = new EjectionJudge();
        long now = 0;

        var seconds = new List<int>();
        for (int i = 0; i < 9; i++)
        {
            Assert.True(judge.TryEject(7, Large, now, out int milliseconds));
            seconds.Add(milliseconds / 1000);
            now += milliseconds;
            Assert.True(judge.TryReturn(now, out _));
        }

        Assert.Equal([5, 10, 20, 40, 80, 160, 300, 300, 300], seconds);
    }

    [Theory]
    [InlineData("it stayed in for a moment less than it was out: twice as long", 9_999, 20_000)]
    [InlineData("it stayed in for as long as it was out: from the beginning", 10_000, 5_000)]
    public void TryEject_AfterTheSecondEjection_DependsOnHowLongItStayedIn(string sentence, int goodFor, int expected)
    {
        var judge = new EjectionJudge();
        judge.TryEject(7, Large, 0, out _);
        judge.TryReturn(5_000, out _);
        judge.TryEject(7, Large, 5_000, out int second);
        judge.TryReturn(15_000, out _);

        judge.TryEject(7, Large, 15_000 + goodFor, out int third);

        Assert.Equal(10_000, second);
        Assert.True(expected == third, $"{sentence}: {third} ms");
    }

    [Fact]
    public void TryEject_FailuresWhileItHadToStayIn_DoNotCountAsGoodTime()
    {
        var judge = new EjectionJudge();
        judge.TryEject(7, 2, 0, out _);
        judge.TryReturn(5_000, out _);
        judge.TryEject(8, 2, 5_000, out _);
        Assert.False(judge.TryEject(7, 2, 9_000, out int whileTheOtherIsOut));
        judge.TryReturn(10_000, out _);

        Assert.True(judge.TryEject(7, 2, 12_000, out int milliseconds));

        Assert.Equal(0, whileTheOtherIsOut);
        Assert.Equal(10_000, milliseconds);
    }

    [Fact]
    public void TryEject_IsOutAlready_ChangesNothing()
    {
        var judge = new EjectionJudge();
        judge.TryEject(7, Large, 0, out _);

        Assert.False(judge.TryEject(7, Large, 4_000, out int milliseconds));

        Assert.Equal(0, milliseconds);
        Assert.Equal((1, 5_000), (judge.OutCount, judge.NextReturn));
    }

    [Fact]
    public void TryReturn_BeforeItsTime_LeavesItOut()
    {
        var judge = new EjectionJudge();
        judge.TryEject(7, Large, 1_000, out _);

        Assert.False(judge.TryReturn(5_999, out _));
        Assert.True(judge.TryReturn(6_000, out int returned));
        Assert.False(judge.TryReturn(6_000, out _));

        Assert.Equal(7, returned);
        Assert.Equal((0, long.MaxValue), (judge.OutCount, judge.NextReturn));
    }

    [Fact]
    public void NextReturn_SeveralAreOut_IsTheEarliest()
    {
        var judge = new EjectionJudge();
        judge.TryEject(1, Large, 0, out _);
        judge.TryReturn(5_000, out _);
        judge.TryEject(1, Large, 5_000, out _);
        judge.TryEject(2, Large, 6_000, out _);

        Assert.Equal(11_000, judge.NextReturn);
    }

    [Fact]
    public void ForgetUnless_OneThatIsOutIsGone_MakesRoomForAnother()
    {
        var judge = new EjectionJudge();
        judge.TryEject(1, 2, 0, out _);

        judge.ForgetUnless(id => id != 1);

        Assert.Equal((0, long.MaxValue), (judge.OutCount, judge.NextReturn));
        Assert.True(judge.TryEject(2, 2, 0, out _));
        Assert.False(judge.TryReturn(1_000, out _));
    }

    /// <summary>Random failures against a second account of the rules, kept as a list of what happened to each backend.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Judge_RandomFailures_KeepsEveryRule(int seed)
    {
        const int Backends = 7;
        var random = new Random(seed);
        var judge = new EjectionJudge();
        var until = new Dictionary<int, long>();
        int[] last = new int[Backends];
        long[] trouble = new long[Backends];
        long now = 0;
        int refusedByTheCap = 0;

        for (int step = 0; step < 20_000; step++)
        {
            now += random.Next(random.Next(4) == 0 ? 30_000 : 300);
            while (judge.TryReturn(now, out int returned))
            {
                Assert.True(until.Remove(returned, out long due) && due <= now, $"Step {step}: {returned} came back early or was not out.");
                trouble[returned] = now;
            }

            Assert.DoesNotContain(until.Values, due => due <= now);
            int failing = random.Next(Backends);
            bool isOut = until.ContainsKey(failing);
            bool hasRoom = until.Count < 3;
            bool ejected = judge.TryEject(failing, Backends, now, out int milliseconds);

            Assert.Equal(!isOut && hasRoom, ejected);
            if (ejected)
            {
                int expected = now - trouble[failing] >= last[failing] ? 5_000 : Math.Min(300_000, last[failing] * 2);
                Assert.Equal(expected, milliseconds);
                last[failing] = milliseconds;
                until.Add(failing, now + milliseconds);
            }

            trouble[failing] = isOut ? trouble[failing] : now;
            refusedByTheCap += !isOut && !hasRoom ? 1 : 0;
            Assert.Equal(until.Count, judge.OutCount);
            Assert.Equal(until.Count == 0 ? long.MaxValue : until.Values.Min(), judge.NextReturn);
        }

        Assert.True(refusedByTheCap > 100, "The cap was hardly ever met: the test proves less than it says.");
    }
}
