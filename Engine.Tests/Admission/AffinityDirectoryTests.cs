// SPDX-License-Identifier: MIT
using LbEngine.Admission;

namespace LbEngine.Tests.Admission;

public class AffinityDirectoryTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1000)]
    public void Find_PoolWithoutRule_IsNull(int poolId) => Assert.Null(new AffinityDirectory().Find(poolId));

    [Fact]
    public void Set_PoolFarBeyondTheOthers_KeepsTheirRules()
    {
        var directory = new AffinityDirectory();
        var first = new PoolAffinity(new AffinityTable(16, 1), 32, 128);
        var far = new PoolAffinity(new AffinityTable(16, 1), 24, 64);

        directory.Set(0, first);
        directory.Set(100, far);

        Assert.Same(first, directory.Find(0));
        Assert.Same(far, directory.Find(100));
        Assert.Null(directory.Find(50));
    }

    [Fact]
    public void Set_Null_TakesTheRuleAway()
    {
        var directory = new AffinityDirectory();
        directory.Set(3, new PoolAffinity(new AffinityTable(16, 1), 32, 128));

        directory.Set(3, null);

        Assert.Null(directory.Find(3));
    }
}
