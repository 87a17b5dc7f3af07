// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Benchmarks.Scale.Load;

namespace LbEngine.Tests.Benchmarks.Scale.Load;

public sealed class LoopbackAddressTests
{
    [Fact]
    public void Of_AllNumbersOfAllGroups_AreDistinctLoopbackAddresses()
    {
        IPAddress[] addresses = [.. from @group in (int[])[1, 2, 3] from number in Enumerable.Range(0, 10_000) select LoopbackAddress.Of(@group, number)];

        Assert.Equal(addresses.Length, addresses.Distinct().Count());
        Assert.All(addresses, address => Assert.True(IPAddress.IsLoopback(address)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(64_000)]
    public void Of_NumberBeyondTheGroup_IsRefused(int number) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LoopbackAddress.Of(LoopbackAddress.Backends, number));
}
