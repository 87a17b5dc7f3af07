// SPDX-License-Identifier: MIT
using LbEngine.Tables;

namespace LbEngine.Tests.Tables;

public class SlotKeyTests
{
    private const int Buckets = 128;

    public static TheoryData<string, ulong, ulong, ulong> Steps => new()
    {
        { "neighbouring IPv4 addresses", 0, 1, 0 },
        { "one address in each /24", 0, 1 << 8, 0 },
        { "one address in each /16", 0, 1 << 16, 0 },
        { "ports of one client", 0, 0, 1 },
        { "listeners of one client", 0, 0, 1 << 16 },
        { "one address in each IPv6 /64", 1, 0, 0 },
        { "one address in each IPv6 /32", 1UL << 32, 0, 0 },
    };

    [Theory]
    [MemberData(nameof(Steps))]
    public void Hash_RegularKeysAndAnySeed_NeverFillABucket(string what, ulong high, ulong low, ulong rest)
    {
        var random = new Random(1);
        int worst = 0;
        for (int run = 0; run < 5_000; run++)
        {
            // Seeds with few bits are the hard ones.
            ulong seed = (ulong)random.NextInt64() >> (run % 64) << (run / 64 % 64);
            var counts = new int[Buckets];
            for (uint i = 0; i < Buckets / 2; i++)
            {
                var key = new SlotKey(high * i, 0xFFFF_0A00_0001 + (low * i), (1 << 16) + (rest * i));
                worst = Math.Max(worst, ++counts[key.Hash(seed) & (Buckets - 1)]);
            }
        }

        Assert.True(worst <= SlotIndex.MaxChain / 2, $"{what}: {worst} of {Buckets / 2} keys in one of {Buckets} buckets");
    }

    [Fact]
    public void Hash_OtherPart_IsAnotherHash()
    {
        var key = new SlotKey(1, 2, 3);

        Assert.NotEqual(key.Hash(7), (key with { High = 2 }).Hash(7));
        Assert.NotEqual(key.Hash(7), (key with { Low = 3 }).Hash(7));
        Assert.NotEqual(key.Hash(7), (key with { Rest = 4 }).Hash(7));
        Assert.NotEqual(key.Hash(7), key.Hash(8));
    }
}
