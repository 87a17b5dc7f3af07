// SPDX-License-Identifier: MIT
using LbEngine.Admission;

namespace LbEngine.Tests.Admission;

public sealed class PlacesTests
{
    [Theory]
    [InlineData("rows are the limit", 3, 100, 1, 3)]
    [InlineData("descriptors are the limit: one for a flow", 100, 3, 1, 3)]
    [InlineData("descriptors are the limit: two for a connection, the odd one stays free", 100, 7, 2, 3)]
    [InlineData("no descriptors are counted", 4, int.MaxValue, 2, 4)]
    [InlineData("less than one connection needs", 100, 1, 2, 0)]
    public void TryTake_UntilRefused_GivesAsManyAsBothLimitsAllow(string sentence, int rows, int descriptors, int each, int expected)
    {
        var places = new Places(rows, descriptors);

        int taken = 0;
        while (places.TryTake(each))
        {
            taken++;
        }

        Assert.True(expected == taken, $"{sentence}: {taken} instead of {expected}");
        Assert.Equal(expected, places.Count);
    }

    [Fact]
    public void TryTake_ConnectionsAndFlowsTogether_ShareTheDescriptors()
    {
        var places = new Places(100, 5);

        bool[] taken =
        [
            places.TryTake(Places.TcpDescriptors),
            places.TryTake(Places.TcpDescriptors),
            places.TryTake(Places.TcpDescriptors),
            places.TryTake(Places.UdpDescriptors),
            places.TryTake(Places.UdpDescriptors),
        ];

        Assert.Equal([true, true, false, true, false], taken);
        Assert.Equal(3, places.Count);
    }

    [Fact]
    public void Give_FullEngine_MakesRoomForJustOne()
    {
        var places = new Places(2, 4);
        Assert.True(places.TryTake(2));
        Assert.True(places.TryTake(2));

        places.Give(2);

        Assert.True(places.TryTake(2));
        Assert.False(places.TryTake(1));
    }

    [Fact]
    public void WhenIdleAsync_NothingIsTaken_IsCompleteAtOnce()
    {
        Assert.True(new Places(1, 1).WhenIdleAsync().IsCompletedSuccessfully);
    }

    [Fact]
    public void WhenIdleAsync_SomethingIsTaken_CompletesWithTheLast()
    {
        var places = new Places(10, 10);
        Assert.True(places.TryTake(1));
        Assert.True(places.TryTake(2));

        Task first = places.WhenIdleAsync();
        Task second = places.WhenIdleAsync();
        places.Give(1);
        bool early = first.IsCompleted || second.IsCompleted;
        places.Give(2);

        Assert.False(early, "It was complete while something was taken.");
        Assert.True(first.IsCompletedSuccessfully);
        Assert.True(second.IsCompletedSuccessfully);
    }
}
