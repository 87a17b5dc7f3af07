// SPDX-License-Identifier: MIT
using LbEngine.Transport.Linux.Datagrams;

namespace LbEngine.Tests.Transport.Linux.Datagrams;

public sealed class UnansweredFlowsTests
{
    private readonly UnansweredFlows _list = new();
    private readonly LinuxFlow[] _flows = [new(), new(), new(), new()];

    /// <summary>Every order in which three flows can leave.</summary>
    public static TheoryData<int, int, int> Orders() => new()
    {
        { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public void Remove_AnyOrder_OldestIsAlwaysTheOldestLeft(int first, int second, int third)
    {
        var left = new List<int> { 0, 1, 2 };
        left.ForEach(i => _list.Add(_flows[i]));

        foreach (int i in new[] { first, second, third })
        {
            Assert.Same(_flows[left[0]], _list.Oldest);
            _list.Remove(_flows[i]);
            left.Remove(i);
        }

        Assert.Null(_list.Oldest);
    }

    [Fact]
    public void Remove_FlowThatIsNotIn_LeavesTheOthers()
    {
        _list.Add(_flows[0]);

        _list.Remove(_flows[3]);

        Assert.Same(_flows[0], _list.Oldest);
    }

    [Fact]
    public void Add_AfterTheOnlyOneLeft_BeginsAFreshList()
    {
        _list.Add(_flows[0]);
        _list.Remove(_flows[0]);

        _list.Add(_flows[1]);

        Assert.Same(_flows[1], _list.Oldest);
        Assert.Null(_flows[1].Older);
    }
}
