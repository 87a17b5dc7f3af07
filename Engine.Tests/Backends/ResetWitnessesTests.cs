// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Tests.Harness.Threads;

namespace LbEngine.Tests.Backends;

public sealed class ResetWitnessesTests
{
    [Theory]
    [InlineData("one client counts once", "1 1 1 1", "+---")]
    [InlineData("two count once each", "1 2 1 2 1", "++---")]
    [InlineData("from the third client on everything counts", "1 2 3 1 2 4 4", "+++++++")]
    [InlineData("one who comes between others is still one", "1 1 2 2 1 3 1", "+-+--++")]
    [InlineData("a hash of 0 is a client, too", "0 0", "+-")]
    public void TryCount_ClientsInOrder_CountsWhatSeveralHaveMet(string why, string clients, string expected)
    {
        var witnesses = new ResetWitnesses();

        string counted = string.Concat(clients.Split(' ').Select(client => witnesses.TryCount(ulong.Parse(client)) ? '+' : '-'));

        Assert.True(expected == counted, $"{why}: {counted}");
    }

    [Fact]
    public void Clear_ThenTheSameClient_CountsAnew()
    {
        var witnesses = new ResetWitnesses();
        witnesses.TryCount(1);
        witnesses.TryCount(2);

        witnesses.Clear();

        Assert.True(witnesses.TryCount(2));
        Assert.False(witnesses.TryCount(2));
    }

    [Fact]
    public void TryCount_OneClientOnManyThreads_CountsOnce()
    {
        for (int round = 0; round < 200; round++)
        {
            var witnesses = new ResetWitnesses();
            int counted = 0;

            Threaded.Run(4, _ =>
            {
                if (witnesses.TryCount(7))
                {
                    Interlocked.Increment(ref counted);
                }
            });

            Assert.Equal(1, counted);
        }
    }
}
