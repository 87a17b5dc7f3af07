// SPDX-License-Identifier: MIT
using LbEngine.Scheduling;

namespace LbEngine.Tests.Scheduling;

public class MaglevTableTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(6, 3, 2, 1)]
    [InlineData(65535, 1, 1)]
    public void Constructor_Weights_OwnSlotsInProportion(params int[] weights)
    {
        var table = new MaglevTable([.. weights.Select((_, i) => $"b{i}")], weights);

        int[] owned = Owned(table, weights.Length);
        for (int i = 0; i < weights.Length; i++)
        {
            double share = weights[i] * (MaglevTable.SlotCount / (double)weights.Sum());
            Assert.InRange(owned[i], share - 1, share + 1);
        }
    }

    [Fact]
    public void Constructor_ThousandsOfLightEntriesBesideAHeavyOne_GivesEachASlot()
    {
        int[] weights = [65535, .. Enumerable.Repeat(1, 9_999)];

        int[] owned = Owned(new MaglevTable([.. weights.Select((_, i) => $"b{i:D5}")], weights), weights.Length);

        Assert.All(owned, slots => Assert.True(slots >= 1));
        Assert.InRange(owned[0], 55_000, 57_500);
    }

    /// <summary>A change of any of these numbers would send clients of a cluster that runs two versions to different backends.</summary>
    /// <remarks>
    /// The digest comes from a second implementation, 30 lines of Python written from the paper and from Envoy's rule for weights: for each
    /// round, for each name in order, skip it while placed * max(weights) is above (round - 1) * weight, else claim its next free slot.
    /// </remarks>
    [Fact]
    public void Constructor_ThreeNames_OwnTheSlotsTheyAlwaysOwned()
    {
        var table = new MaglevTable(["a", "b", "c"], [3, 2, 1]);

        ulong digest = 0;
        for (int slot = 0; slot < MaglevTable.SlotCount; slot++)
        {
            digest = SplitMix64.Mix(digest + (ulong)table[slot] + 1);
        }

        Assert.Equal("BBAACA", SchedulerCases.Letters(Enumerable.Range(0, 6).Select(slot => table[slot])));
        Assert.Equal(16_042_186_599_737_122_143UL, digest);
    }

    [Fact]
    public void IsFor_OtherNamesOrWeights_IsFalse()
    {
        var table = new MaglevTable(["a", "b"], [3, 2]);

        Assert.True(table.IsFor(["a", "b"], [3, 2]));
        Assert.False(table.IsFor(["a", "c"], [3, 2]));
        Assert.False(table.IsFor(["a", "b"], [3, 1]));
        Assert.False(table.IsFor(["a"], [3]));
    }

    private static int[] Owned(MaglevTable table, int entries) =>
        SchedulerCases.Tally(Enumerable.Range(0, MaglevTable.SlotCount).Select(slot => table[slot]), entries);
}
