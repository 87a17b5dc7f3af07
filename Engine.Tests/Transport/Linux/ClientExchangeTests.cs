// SPDX-License-Identifier: MIT
using LbEngine.Transport.Linux.Interop;
using LbEngine.Transport.Linux.Streams;

namespace LbEngine.Tests.Transport.Linux;

/// <summary>Who passes a client on, and to whom.</summary>
public sealed class ClientExchangeTests : IDisposable
{
    private readonly List<WakeEvent> _wakes = [];

    [LinuxTheory]
    [InlineData(0, 0, false)]
    [InlineData(1, 0, true)]
    [InlineData(4, 4, false)]
    [InlineData(5, 4, false)]
    [InlineData(6, 4, true)]
    [InlineData(1250, 1000, false)]
    [InlineData(1251, 1000, true)]
    public void TryPass_Loads_OnlyToAReactorWithAFifthLess(int own, int other, bool passes)
    {
        ClientExchange exchange = Create(2);
        exchange.NoteLoad(0, own);
        exchange.NoteLoad(1, other);

        bool passed = exchange.TryPass(0, random: 0, Client(7));

        Assert.Equal(passes, passed);
        Assert.Equal(passes ? 1 : 0, exchange.CountPassed(1));
    }

    [LinuxFact]
    public void TryPass_ClientsThatWaitThere_CountAsItsLoad()
    {
        ClientExchange exchange = Create(2);
        exchange.NoteLoad(0, 2);

        bool[] passed = [.. Enumerable.Range(0, 4).Select(number => exchange.TryPass(0, random: 0, Client(number)))];

        Assert.Equal([true, true, false, false], passed);
    }

    [LinuxFact]
    public void TryPass_AnyNumber_ReachesEveryOtherReactorAndNeverItself()
    {
        ClientExchange exchange = Create(5);
        exchange.NoteLoad(2, 1000);

        for (uint random = 0; random < 8; random++)
        {
            exchange.TryPass(2, random, Client((int)random));
        }

        Assert.Equal([2, 2, 0, 2, 2], Enumerable.Range(0, 5).Select(exchange.CountPassed));
    }

    [LinuxFact]
    public void TryTake_PassedOn_ComesOutOnceInOrder()
    {
        ClientExchange exchange = Create(2);
        exchange.NoteLoad(0, 1000);
        exchange.TryPass(0, 0, Client(7));
        exchange.TryPass(0, 0, Client(8));

        exchange.TryTake(1, out AcceptedClient first);
        exchange.TryTake(1, out AcceptedClient second);

        Assert.Equal((7, 8), (first.Descriptor, second.Descriptor));
        Assert.False(exchange.TryTake(1, out _));
    }

    public void Dispose() => _wakes.ForEach(wake => wake.Close());

    private static AcceptedClient Client(int descriptor) => new(null!, descriptor, default);

    private ClientExchange Create(int reactors)
    {
        for (int i = 0; i < reactors; i++)
        {
            _wakes.Add(WakeEvent.TryOpen(out _)!);
        }

        return new ClientExchange(_wakes);
    }
}
