// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Measuring;

namespace LbEngine.Tests.Benchmarks.Measuring;

public sealed class MachineTests
{
    [Theory]
    [InlineData(0, "")]
    [InlineData(0.14, "")]
    [InlineData(
        1.26,
        "Warning: other programs use 1.3 of 2 cores. Figures taken now are no basis for a claim; end them, or measure later. "
        + "(On a rented machine it may be a neighbour's.)")]
    public void DescribeBusy_CoresInUse_WarnsOfMoreThanALittle(double busy, string expected) => Assert.Equal(expected, Machine.DescribeBusy(busy, cores: 2));
}
