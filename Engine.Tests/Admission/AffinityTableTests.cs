// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Tables;

namespace LbEngine.Tests.Admission;

public class AffinityTableTests
{
    private const long Timeout = 1000;

    [Fact]
    public void TryAcquire_UnknownClient_FindsNoPin()
    {
        var table = new AffinityTable(16, Timeout);

        Assert.False(table.TryAcquire(Client(1), 0, out _));
        Assert.Equal(0, table.Count(0));
    }

    [Fact]
    public void TryPin_SecondThreadOfAClient_GetsTheFirstOnesBackend()
    {
        var table = new AffinityTable(16, Timeout);
        table.TryPin(Client(1), 5, 0, out int first);

        Assert.True(table.TryPin(Client(1), 6, 0, out int second));

        Assert.Equal(5, first);
        Assert.Equal(5, second);
        Assert.Equal(1, table.Count(0));
    }

    [Fact]
    public void TryAcquire_ConnectionOpenLongerThanTheTimeout_KeepsThePin()
    {
        var table = new AffinityTable(16, Timeout);
        table.TryPin(Client(1), 5, 0, out _);

        Assert.True(table.TryAcquire(Client(1), 100 * Timeout, out int backendId));

        Assert.Equal(5, backendId);
        Assert.Equal(1, table.Count(100 * Timeout));
    }

    [Theory]
    [InlineData(Timeout - 1, true)]
    [InlineData(Timeout, false)]
    public void TryAcquire_AfterTheLastConnection_ExpiresAtTheTimeout(long idle, bool pinned)
    {
        var table = new AffinityTable(16, Timeout);
        table.TryPin(Client(1), 5, 0, out _);
        table.TryAcquire(Client(1), 0, out _);
        table.Release(Client(1), 5_000);
        table.Release(Client(1), 9_000);

        Assert.Equal(pinned ? 1 : 0, table.Count(9_000 + idle));
        Assert.Equal(pinned, table.TryAcquire(Client(1), 9_000 + idle, out _));
    }

    [Fact]
    public void TryPin_FullOfOpenPins_HoldsNothing()
    {
        var table = new AffinityTable(4, Timeout);
        for (int i = 0; i < 4; i++)
        {
            Assert.True(table.TryPin(Client(i), i, 0, out _));
        }

        Assert.False(table.TryPin(Client(4), 4, 0, out _));
        Assert.True(table.TryPin(Client(2), 9, 0, out int known));
        Assert.Equal(2, known);
    }

    [Fact]
    public void TryPin_FullTable_EvictsThePinThatWasIdleLongest()
    {
        var table = new AffinityTable(4, Timeout);
        for (int i = 0; i < 4; i++)
        {
            table.TryPin(Client(i), i, 0, out _);
        }

        table.Release(Client(1), 20);
        table.Release(Client(3), 10);

        Assert.True(table.TryPin(Client(4), 4, 30, out _));

        Assert.False(table.TryAcquire(Client(3), 30, out _));
        Assert.True(table.TryAcquire(Client(1), 30, out int kept));
        Assert.Equal(1, kept);
    }

    [Fact]
    public void Replace_TwoConnectionsOfAClient_AgreeOnTheFirstReplacement()
    {
        var table = new AffinityTable(16, Timeout);
        table.TryPin(Client(1), 5, 0, out _);
        table.TryAcquire(Client(1), 0, out _);

        table.Replace(Client(1), 5, 6, out int first);
        table.Replace(Client(1), 5, 7, out int second);

        Assert.Equal(6, first);
        Assert.Equal(6, second);
        Assert.True(table.TryAcquire(Client(1), 0, out int now));
        Assert.Equal(6, now);
    }

    internal static AddressKey Client(int number) => AddressKey.FromIPv4(0xC0A8_0000u + (uint)number);
}
