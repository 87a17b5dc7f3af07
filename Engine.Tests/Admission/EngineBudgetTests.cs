// SPDX-License-Identifier: MIT
using LbEngine.Admission;

namespace LbEngine.Tests.Admission;

public sealed class EngineBudgetTests
{
    [Theory]
    [InlineData("rows are the limit", 3, 100, 1, 3)]
    [InlineData("descriptors are the limit: one for a flow", 100, 3, 1, 3)]
    [InlineData("descriptors are the limit: two for a connection, the odd one stays free", 100, 7, 2, 3)]
    [InlineData("no descriptors are counted", 4, int.MaxValue, 2, 4)]
    [InlineData("less than one connection needs", 100, 1, 2, 0)]
    public void TryTake_UntilRefused_GivesAsManyAsBothLimitsAllow(string sentence, int rows, int descriptors, int each, int expected)
    {
        var budget = new EngineBudget(rows, descriptors);

        int taken = 0;
        while (budget.TryTake(each))
        {
            taken++;
        }

        Assert.True(expected == taken, $"{sentence}: {taken} instead of {expected}");
        Assert.Equal(expected, budget.Count);
    }

    [Fact]
    public void TryTake_ConnectionsAndFlowsTogether_ShareTheDescriptors()
    {
        var budget = new EngineBudget(100, 5);

        bool[] taken =
        [
            budget.TryTake(EngineBudget.TcpDescriptors),
            budget.TryTake(EngineBudget.TcpDescriptors),
            budget.TryTake(EngineBudget.TcpDescriptors),
            budget.TryTake(EngineBudget.UdpDescriptors),
            budget.TryTake(EngineBudget.UdpDescriptors),
        ];

        Assert.Equal([true, true, false, true, false], taken);
        Assert.Equal(3, budget.Count);
    }

    [Fact]
    public void Give_FullEngine_MakesRoomForJustOne()
    {
        var budget = new EngineBudget(2, 4);
        Assert.True(budget.TryTake(2));
        Assert.True(budget.TryTake(2));

        budget.Give(2);

        Assert.True(budget.TryTake(2));
        Assert.False(budget.TryTake(1));
    }

    [Fact]
    public void TryReserve_WhatIsFree_IsTakenFromConnections()
    {
        var budget = new EngineBudget(100, 10);
        Assert.True(budget.TryTake(2));

        bool[] reserved = [budget.TryReserve(9), budget.TryReserve(6)];
        bool[] taken = [budget.TryTake(2), budget.TryTake(1)];
        int left = budget.DescriptorsForTraffic;
        budget.Unreserve(6);

        Assert.Equal([false, true], reserved);
        Assert.Equal([true, false], taken);
        Assert.Equal((4, 10), (left, budget.DescriptorsForTraffic));
        Assert.True(budget.TryTake(1));
    }

    [Fact]
    public void WhenIdleAsync_ListeningSocketsAlone_IsComplete()
    {
        var budget = new EngineBudget(10, 10);
        Assert.True(budget.TryReserve(3));
        Assert.True(budget.TryTake(2));

        Task idle = budget.WhenIdleAsync();
        bool early = idle.IsCompleted;
        budget.Give(2);

        Assert.False(early, "It was complete while a connection lived.");
        Assert.True(idle.IsCompletedSuccessfully);
    }

    [Fact]
    public void TryTake_MoreThanAShareIsHeld_StopsBeforeTheSharesOfOthers()
    {
        var budget = new EngineBudget(64, 128);
        budget.Divide(2);

        int held = 0;
        while (budget.TryTake(EngineBudget.TcpDescriptors, held))
        {
            held++;
        }

        Assert.Equal((60, 2), (held, budget.Share));
        Assert.True(budget.TryTake(EngineBudget.TcpDescriptors, held: 0));
        Assert.True(budget.TryTake(EngineBudget.TcpDescriptors, held: 1));
        Assert.False(budget.TryTake(EngineBudget.TcpDescriptors, held: 2));
    }

    [Theory]
    [InlineData(1600, 1, 0)]
    [InlineData(1600, 2, 50)]
    [InlineData(1600, 100, 1)]
    [InlineData(1600, 101, 0)]
    [InlineData(3, 2, 0)]
    public void Divide_AmongListeners_SetsASixteenthAside(int rows, int listeners, int share)
    {
        var budget = new EngineBudget(rows, int.MaxValue);

        budget.Divide(listeners);

        Assert.Equal(share, budget.Share);
    }

    [Fact]
    public void Want_ClientsWait_WhatBecomesFreeIsTheirs()
    {
        var budget = new EngineBudget(4, 4);
        for (int i = 0; i < 4; i++)
        {
            Assert.True(budget.TryTake(EngineBudget.UdpDescriptors));
        }

        budget.Want(1);
        int missing = budget.CountMissing(held: 0);
        budget.Give(EngineBudget.UdpDescriptors);
        budget.Give(EngineBudget.UdpDescriptors);

        Assert.Equal((2, 0), (missing, budget.CountMissing(held: 0)));
        Assert.False(budget.TryTake(EngineBudget.UdpDescriptors));
        Assert.True(budget.TryTake(EngineBudget.TcpDescriptors));
        budget.Want(-1);
        Assert.False(budget.TryTake(EngineBudget.UdpDescriptors));
        budget.Give(EngineBudget.TcpDescriptors);
        Assert.True(budget.TryTake(EngineBudget.UdpDescriptors));
    }

    [Fact]
    public void WhenIdleAsync_NothingIsTaken_IsCompleteAtOnce()
    {
        Assert.True(new EngineBudget(1, 1).WhenIdleAsync().IsCompletedSuccessfully);
    }

    [Fact]
    public void WhenIdleAsync_SomethingIsTaken_CompletesWithTheLast()
    {
        var budget = new EngineBudget(10, 10);
        Assert.True(budget.TryTake(1));
        Assert.True(budget.TryTake(2));

        Task first = budget.WhenIdleAsync();
        Task second = budget.WhenIdleAsync();
        budget.Give(1);
        bool early = first.IsCompleted || second.IsCompleted;
        budget.Give(2);

        Assert.False(early, "It was complete while something was taken.");
        Assert.True(first.IsCompletedSuccessfully);
        Assert.True(second.IsCompletedSuccessfully);
    }
}
