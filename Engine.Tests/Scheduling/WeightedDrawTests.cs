// SPDX-License-Identifier: MIT
using LbEngine.Scheduling;

namespace LbEngine.Tests.Scheduling;

public class WeightedDrawTests
{
    private const int Marks = 100_000;

    [Theory]
    [InlineData(1)]
    [InlineData(3, 1)]
    [InlineData(0, 5, 0, 1, 2, 0)]
    [InlineData(65535, 1, 1, 1, 1, 1, 1, 1, 1, 1)]
    public void Draw_EvenlySpacedRandoms_HitsEachIndexByWeight(params int[] weights)
    {
        var draw = new WeightedDraw(weights);
        var tally = new int[weights.Length];

        for (int i = 0; i < Marks; i++)
        {
            tally[draw.Draw((ulong)i * (ulong.MaxValue / Marks))]++;
        }

        AssertShares(weights, tally);
    }

    [Theory]
    [InlineData(0, 3, 1)]
    [InlineData(1, 0, 5, 0, 1, 2, 0)]
    [InlineData(4, 0, 5, 0, 1, 2, 0)]
    [InlineData(0, 65535, 1, 1, 1, 1, 1, 1, 1, 1, 1)]
    public void DrawOther_OneLeftOut_HitsTheRestByWeight(int leftOut, params int[] weights)
    {
        var draw = new WeightedDraw(weights);
        var tally = new int[weights.Length];

        for (int i = 0; i < Marks; i++)
        {
            tally[draw.DrawOther((ulong)i * (ulong.MaxValue / Marks), leftOut)]++;
        }

        weights[leftOut] = 0;
        AssertShares(weights, tally);
    }

    private static void AssertShares(int[] weights, int[] tally)
    {
        double sum = weights.Sum();
        for (int i = 0; i < weights.Length; i++)
        {
            double expected = weights[i] * (Marks / sum);
            Assert.InRange(tally[i], weights[i] == 0 ? 0 : expected - 2, weights[i] == 0 ? 0 : expected + 2);
        }
    }
}
