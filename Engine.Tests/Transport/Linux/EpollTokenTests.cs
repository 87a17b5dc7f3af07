// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux;
using LbEngine.Transport.Linux.Streams;

namespace LbEngine.Tests.Transport.Linux;

public sealed class EpollTokenTests
{
    [Theory]
    [InlineData(0, 0u)]
    [InlineData(1, 1u)]
    [InlineData(int.MaxValue, EpollToken.GenerationMask)]
    [InlineData(262_143, 0x1234_5678u)]
    public void For_AnyIndexAndGeneration_ReadsBackBothAndTheSide(int index, uint generation)
    {
        var connection = new LinuxConnection { Index = index, Generation = generation };

        EpollToken client = EpollToken.For(connection, Side.Client);
        EpollToken backend = EpollToken.For(connection, Side.Backend);

        Assert.Equal((EpollToken.TokenKind.Client, index, generation), (client.Kind, client.Index, client.Generation));
        Assert.Equal((EpollToken.TokenKind.Backend, index, generation), (backend.Kind, backend.Index, backend.Generation));
    }

    [Fact]
    public void Find_SlotReused_DoesNotFindTheNewOneByTheOldToken()
    {
        var slots = new PooledSlots<LinuxConnection>();
        LinuxConnection first = slots.Rent();
        slots.Add(first);
        EpollToken stale = EpollToken.For(first, Side.Backend);
        slots.Remove(first);
        slots.Return(first);

        LinuxConnection second = slots.Rent();
        slots.Add(second);

        Assert.Equal(stale.Index, second.Index);
        Assert.Null(slots.Find(stale));
        Assert.Same(second, slots.Find(EpollToken.For(second, Side.Client)));
    }

    [Fact]
    public void Find_GenerationAtItsEnd_StartsAgainWithinTheMask()
    {
        var slots = new PooledSlots<LinuxConnection>();
        LinuxConnection connection = slots.Rent();
        slots.Add(connection);

        slots.Remove(connection);

        Assert.Equal(0, slots.Count);
        Assert.Null(slots.Find(new EpollToken(ulong.MaxValue)));
    }

    [Fact]
    public void Add_MoreThanTheFirstArrayHolds_KeepsEveryConnection()
    {
        var slots = new PooledSlots<LinuxConnection>();
        LinuxConnection[] connections = [.. Enumerable.Range(0, 1000).Select(_ => slots.Rent())];

        Array.ForEach(connections, slots.Add);

        Assert.All(connections, connection => Assert.Same(connection, slots.Find(EpollToken.For(connection, Side.Client))));
        Assert.Equal(1000, slots.Count);
    }
}
