// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Soak.Judgement;

namespace LbEngine.Tests.Benchmarks.Soak.Judgement;

public sealed class LeakCheckTests
{
    private static readonly Snapshot Idle = new(10, 4, 100, 20, 60 << 20);

    [Fact]
    public void Find_NothingLeft_IsEmpty() => Assert.Empty(LeakCheck.Find(Idle, Idle));

    [Fact]
    public void Find_OfEachKindTooMany_SaysWhich()
    {
        Snapshot after = new(100, 1000, 200, 90, 60 << 20);

        Assert.Equal(
            ["90 sockets are left", "996 ends of pipes are left", "100 descriptors of other kinds are left", "70 threads are left"],
            LeakCheck.Find(Idle, after));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(8, true)]
    public void FindGrowth_MemoryThatGrowsByMegabytesEachSample_IsFound(int growth, bool isFound)
    {
        long[] samples = [.. Enumerable.Range(0, 30).Select(i => (100L + (i * growth)) << 20)];

        Assert.Equal(isFound, LeakCheck.FindGrowth(samples) is not null);
    }
}
