// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Tests.Forwarding;

namespace LbEngine.Tests.Connections;

public sealed class InspectionCrowdTests
{
    private readonly InspectionCrowd _crowd = new();
    private readonly TestHolder _own = new();
    private readonly TestHolder _other = new();
    private long _now;

    [Fact]
    public void Enter_BelowTheLimit_AsksNobody()
    {
        Connection[] clients = [Enter(_own, 2), Enter(_own, 2)];

        Assert.Empty(_own.Ended);
        Assert.Equal((2, 0), (_crowd.Count, _crowd.Leaving));
        Assert.All(clients, static client => Assert.Equal(InspectionStanding.Inspected, client.Standing));
    }

    [Fact]
    public void Enter_AtTheLimit_OldestGoesAtOnce()
    {
        Connection[] clients = [Enter(_own, 3), Enter(_own, 3), Enter(_own, 3), Enter(_own, 3), Enter(_own, 3)];

        Assert.Equal(clients[..2], _own.Ended);
        Assert.Equal((3, 0), (_crowd.Count, _crowd.Leaving));
        Assert.Equal(InspectionStanding.CrowdedOut, clients[0].Standing);
    }

    [Fact]
    public void TryLeave_InAnyPlace_OrderOfTheOthersStays()
    {
        Connection[] clients = [.. Enumerable.Range(0, 6).Select(_ => Enter(_own, 6))];
        foreach (int leaving in (int[])[2, 0, 5])
        {
            Assert.True(Clients(_own).TryLeave(clients[leaving]));
        }

        Enter(_own, 1);

        Assert.Equal([clients[1], clients[3], clients[4]], _own.Ended);
        Assert.Equal(1, _crowd.Count);
    }

    [Fact]
    public void TryLeave_Again_CountsOnce()
    {
        Connection client = Enter(_own, 2);

        Assert.True(Clients(_own).TryLeave(client));
        Assert.True(Clients(_own).TryLeave(client));
        Assert.Equal(0, _crowd.Count);
    }

    [Fact]
    public void TryLeave_CrowdedOut_SaysSoAndCountsNothing()
    {
        Connection client = Enter(_own, 1);
        Enter(_own, 1);

        Assert.False(Clients(_own).TryLeave(client));
        Assert.Equal(1, _crowd.Count);
    }

    [Fact]
    public void Enter_OldestIsHeldElsewhere_GoesWhenItsHolderComesToIt()
    {
        Connection oldest = Enter(_other, 2);
        Enter(_own, 2);
        Enter(_own, 2);

        Assert.Equal((3, 1), (_crowd.Count, _crowd.Leaving));
        Assert.Empty(_other.Ended);
        _other.CatchUp();
        Assert.Equal([oldest], _other.Ended);
        Assert.Empty(_own.Ended);
        Assert.Equal((2, 0), (_crowd.Count, _crowd.Leaving));
    }

    [Fact]
    public void Enter_OldestIsPlacedBeforeItsHolderComesToIt_NobodyHasToGo()
    {
        Connection oldest = Enter(_other, 2);
        Enter(_other, 2);
        Enter(_own, 2);

        Assert.True(Clients(_other).TryLeave(oldest));
        _other.CatchUp();

        Assert.Empty(_other.Ended);
        Assert.Equal((2, 0), (_crowd.Count, _crowd.Leaving));
    }

    [Fact]
    public void Enter_HolderOfTheOldestHasNoneLeftAndThereAreTooMany_OldestElsewhereGoesInstead()
    {
        Connection oldest = Enter(_other, 1);
        Connection second = Enter(_own, 1);
        Clients(_other).TryLeave(oldest);
        Connection third = Enter(_own, 1);
        int before = _crowd.Count;

        _other.CatchUp();
        _own.CatchUp();

        Assert.Equal((2, 1, 0), (before, _crowd.Count, _crowd.Leaving));
        Assert.Equal([second], _own.Ended);
        Assert.Equal(InspectionStanding.Inspected, third.Standing);
    }

    [Fact]
    public void Enter_AllAreGoneBeforeTheirHoldersComeToIt_AskIsForgotten()
    {
        Connection oldest = Enter(_other, 1);
        Connection newcomer = Enter(_own, 1);
        Clients(_other).TryLeave(oldest);
        Clients(_own).TryLeave(newcomer);

        _other.CatchUp();
        _own.CatchUp();

        Assert.Equal((0, 0), (_crowd.Count, _crowd.Leaving));
        Enter(_own, 1);
        Assert.Empty(_own.Ended);
    }

    [Fact]
    public void Enter_OtherHolderIsBehind_PassesTheLimitBySoManyAndNoMore()
    {
        const int Most = 1000;
        Connection[] held = [.. Enumerable.Range(0, Most).Select(_ => Enter(_other, Most))];
        for (int i = 0; i < InspectionCrowd.MostLeaving; i++)
        {
            Enter(_own, Most);
        }

        Assert.False(_crowd.TryEnter(Most, out int tooMany));
        Assert.Equal((0, Most + InspectionCrowd.MostLeaving, InspectionCrowd.MostLeaving), (tooMany, _crowd.Count, _crowd.Leaving));
        _other.CatchUp();
        Assert.Equal(held[..InspectionCrowd.MostLeaving], _other.Ended);
        Assert.Equal((Most, 0), (_crowd.Count, _crowd.Leaving));
        Enter(_own, Most);
    }

    [Fact]
    public void Enter_LimitIsMuchLower_SoManyGoForEach()
    {
        for (int i = 0; i < 100; i++)
        {
            Enter(_own, 100);
        }

        Enter(_own, 1);
        int after = _crowd.Count;
        Enter(_own, 1);

        Assert.Equal((101 - InspectionCrowd.MostForOne, 1), (after, _crowd.Count));
    }

    [Fact]
    public void EnterAndLeave_AnyOrder_OldestOfAllGoesAndNoneAboveTheLimitStays()
    {
        var random = new Random(7);
        var expected = new List<Connection>();
        for (int step = 0; step < 20_000; step++)
        {
            int most = 1 + (step / 1000 % 9);
            if (random.Next(5) < 3 || expected.Count == 0)
            {
                int tooMany = Math.Max(0, expected.Count - most + 1);
                Connection[] oldest = [.. expected.Take(tooMany)];
                _own.Ended.Clear();
                expected.Add(Enter(_own, most));
                expected.RemoveRange(0, tooMany);
                Assert.Equal(oldest, _own.Ended);
            }
            else
            {
                int leaving = random.Next(expected.Count);
                Assert.True(Clients(_own).TryLeave(expected[leaving]));
                expected.RemoveAt(leaving);
            }

            Assert.Equal((expected.Count, 0), (_crowd.Count, _crowd.Leaving));
            Assert.Equal(expected.Count == 0 ? long.MaxValue : expected[0].AcceptedMilliseconds, Clients(_own).Since);
        }
    }

    private InspectedClients Clients(TestHolder holder) => _crowd.Of((ushort)(holder == _own ? 0 : 3), holder);

    private TestConnection Enter(TestHolder holder, int most)
    {
        var client = new TestConnection { AcceptedMilliseconds = ++_now };
        Assert.True(_crowd.TryEnter(most, out int tooMany));
        if (tooMany > 0)
        {
            _crowd.Ask(tooMany, holder);
        }

        Clients(holder).Add(client);
        return client;
    }
}
