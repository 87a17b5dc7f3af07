// SPDX-License-Identifier: MIT
using LbEngine.Transport;

namespace LbEngine.Tests.Transport;

public sealed class MemoryBudgetTests
{
    private const long MiB = 1024 * 1024;

    [Theory]
    [InlineData("a group of 256 MB, of which the runtime takes three quarters", 192, 4096, 24_576)]
    [InlineData("the same with larger connections", 192, 16_384, 6_144)]
    [InlineData("a large machine", 65_536, 4096, 8_388_608)]
    [InlineData("the least that the runtime starts with", 16, 16_384, 512)]
    [InlineData("next to nothing still serves", 0, 16_384, 64)]
    [InlineData("connections in memory take nothing", 16, 0, int.MaxValue)]
    [InlineData("more than can be counted", 1L << 40, 1, int.MaxValue)]
    public void ForConnections_Megabytes_HalfOfThemAreForConnections(string why, long megabytes, int bytesPerConnection, int expected) =>
        Assert.True(expected == MemoryBudget.ForConnections(megabytes * MiB, bytesPerConnection), why);

    [Fact]
    public void ForBuffers_IsAQuarter() => Assert.Equal(48 * MiB, MemoryBudget.ForBuffers(192 * MiB));

    [Fact]
    public void ReadAvailable_IsSomething() => Assert.InRange(MemoryBudget.ReadAvailable(), 16 * MiB, long.MaxValue);
}
