// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using LbEngine.Connections;

namespace LbEngine.Tests.Connections;

public class ConnectionEntryLayoutTests
{
    [Fact]
    public void Entry_InMemory_HoldsNoReferenceAndTakesSeventyTwoBytes()
    {
        Assert.False(RuntimeHelpers.IsReferenceOrContainsReferences<ConnectionEntry>());
        Assert.Equal(72, Unsafe.SizeOf<ConnectionEntry>());
    }

    [Fact]
    public void MovingFields_InMemory_AreAlignedSoThatNoReadIsTorn()
    {
        var entry = new ConnectionEntry();

        Assert.Equal(0, OffsetOf(ref entry, ref entry.Generation) % sizeof(uint));
        Assert.Equal(0, OffsetOf(ref entry, ref entry.BackendId) % sizeof(int));
        Assert.Equal(0, OffsetOf(ref entry, ref entry.LastActiveMilliseconds) % sizeof(long));
        Assert.Equal(0, OffsetOf(ref entry, ref entry.BytesToBackend) % sizeof(long));
        Assert.Equal(0, OffsetOf(ref entry, ref entry.BytesToClient) % sizeof(long));
    }

    private static nint OffsetOf<T>(ref ConnectionEntry entry, ref T field) =>
        Unsafe.ByteOffset(ref Unsafe.As<ConnectionEntry, byte>(ref entry), ref Unsafe.As<T, byte>(ref field));
}
