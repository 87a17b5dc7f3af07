// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Tables;

namespace LbEngine.Tests.Admission;

public class ConnectionLimiterTests
{
    private static readonly AddressKey Client = AffinityTableTests.Client(1);

    [Fact]
    public void TryAcquire_AtTheLimit_IsRefusedUntilOneIsReleased()
    {
        var limiter = new ConnectionLimiter(16);
        Assert.True(limiter.TryAcquire(1, Client, 2));
        Assert.True(limiter.TryAcquire(1, Client, 2));

        Assert.False(limiter.TryAcquire(1, Client, 2));
        limiter.Release(1, Client);

        Assert.True(limiter.TryAcquire(1, Client, 2));
        Assert.False(limiter.TryAcquire(1, Client, 2));
    }

    [Fact]
    public void TryAcquire_OtherListenerOrClient_CountsApart()
    {
        var limiter = new ConnectionLimiter(16);
        Assert.True(limiter.TryAcquire(1, Client, 1));

        Assert.True(limiter.TryAcquire(2, Client, 1));
        Assert.True(limiter.TryAcquire(1, AffinityTableTests.Client(2), 1));

        Assert.False(limiter.TryAcquire(1, Client, 1));
    }

    [Fact]
    public void Release_LastConnection_ForgetsTheClient()
    {
        var limiter = new ConnectionLimiter(16);
        limiter.TryAcquire(1, Client, 5);
        limiter.TryAcquire(1, Client, 5);

        limiter.Release(1, Client);
        Assert.Equal(1, limiter.ClientCount);
        limiter.Release(1, Client);

        Assert.Equal(0, limiter.ClientCount);
    }

    [Fact]
    public void Release_ClientThatHoldsNothing_ChangesNothing()
    {
        var limiter = new ConnectionLimiter(16);

        limiter.Release(1, Client);

        Assert.True(limiter.TryAcquire(1, Client, 1));
        Assert.False(limiter.TryAcquire(1, Client, 1));
    }

    [Fact]
    public void TryAcquire_MoreClientsThanCapacityOverTime_AllAreCounted()
    {
        var limiter = new ConnectionLimiter(8);
        for (int i = 0; i < 10_000; i++)
        {
            Assert.True(limiter.TryAcquire(1, AffinityTableTests.Client(i), 1));
            limiter.Release(1, AffinityTableTests.Client(i));
        }

        Assert.Equal(0, limiter.ClientCount);
    }
}
