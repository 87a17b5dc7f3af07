// SPDX-License-Identifier: MIT
using System.Net;
using FsCheck;
using FsCheck.Fluent;
using LbEngine.Configuration.Text;
using LbEngine.Tables;

namespace LbEngine.Tests.Tables;

public class NetworkSetTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(42, 43);

    [Theory]
    [InlineData("10.1.2.3", 2)]
    [InlineData("10.1.2.4", 1)]
    [InlineData("10.1.3.0", 3)]
    [InlineData("10.0.255.255", 3)]
    [InlineData("10.2.0.0", 3)]
    [InlineData("9.255.255.255", 0)]
    [InlineData("11.0.0.0", 0)]
    [InlineData("::ffff:10.1.2.3", 2)]
    [InlineData("2001:db8::1", 4)]
    [InlineData("2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", 0)]
    [InlineData("2001:db9::", 0)]
    public void Find_NetworksInsideEachOther_TheLongestPrefixSaysIt(string address, int expected)
    {
        NetworkSet set = Of(("10.1.2.0/24", 1), ("10.0.0.0/8", 3), ("10.1.2.3", 2), ("2001:db8::/32", 4));

        Assert.Equal(expected, set.Find(Key(address)));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("127.0.0.1")]
    public void Contains_EveryIPv4Address_IsOnlyIPv4(string address)
    {
        NetworkSet v4 = Of(("0.0.0.0/0", 1));
        NetworkSet v6 = Of(("::/0", 1));

        Assert.True(v4.Contains(Key(address)));
        Assert.False(v6.Contains(Key(address)));
        Assert.False(v4.Contains(Key("::1")));
        Assert.True(v6.Contains(Key("::")));
        Assert.True(v6.Contains(Key("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")));
    }

    [Fact]
    public void Find_LastAddressOfEachFamily_HasNoPieceBehindIt()
    {
        NetworkSet set = Of(("255.255.255.255", 1), ("255.255.255.254/31", 2), ("ffff::/16", 3), ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 4));

        Assert.Equal((1, 2, 0), (set.Find(Key("255.255.255.255")), set.Find(Key("255.255.255.254")), set.Find(Key("255.255.255.253"))));
        Assert.Equal((3, 4), (set.Find(Key("ffff::")), set.Find(Key("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"))));
    }

    [Fact]
    public void Empty_AnyAddress_IsInNone()
    {
        Assert.Equal(NetworkSet.None, NetworkSet.Empty.Find(Key("10.0.0.1")));
        Assert.Equal(NetworkSet.None, NetworkSet.Empty.Find(Key("::1")));
        Assert.Equal(0, NetworkSet.Empty.Count);
    }

    [Fact]
    public void SaysTheSame_OtherNetworksOfTheSameAddresses_IsTrue()
    {
        NetworkSet whole = Of(("10.0.0.0/8", 1), ("2001:db8::/32", 1));
        NetworkSet halves = Of(("2001:db8::/33", 1), ("2001:db8:8000::/33", 1), ("10.128.0.0/9", 1), ("10.0.0.0/9", 1), ("10.3.0.0/16", 1));

        Assert.True(whole.SaysTheSame(halves));
        Assert.False(whole.SaysTheSame(Of(("10.0.0.0/8", 2), ("2001:db8::/32", 1))));
        Assert.False(whole.SaysTheSame(Of(("10.0.0.0/8", 1))));
    }

    [Fact]
    public void Find_AnyNetworksAndAddresses_IsWhatTryingEachNetworkFinds() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            (IPNetwork Network, byte Mark)[] networks = [.. Enumerable.Range(0, random.Next(40)).Select(_ => (NextNetwork(random), (byte)random.Next(1, 4)))];
            var set = new NetworkSet(networks);
            foreach (IPAddress address in networks.SelectMany(one => EdgesOf(one.Network)).Concat(Enumerable.Range(0, 20).Select(_ => NextAddress(random))))
            {
                // Of equal networks the last one counts.
                byte expected = networks.Where(one => one.Network.Contains(address))
                    .Reverse()
                    .OrderByDescending(one => one.Network.PrefixLength)
                    .Select(one => one.Mark)
                    .FirstOrDefault();
                Assert.True(expected == set.Find(AddressKey.From(address)), $"{address} in {string.Join(", ", networks)}");
            }
        }).Check(Runs);

    [Fact]
    public void Find_AHundredThousandNetworks_AllocatesNothing()
    {
        var random = new Random(42);
        var set = new NetworkSet(Enumerable.Range(0, 50_000).SelectMany(_ => new[] { Dense(random, 4), Dense(random, 16) }));
        AddressKey[] addresses = [.. Enumerable.Range(0, 1000).Select(_ => AddressKey.From(NextAddress(random)))];
        int found = CountIn(set, addresses);

        long before = GC.GetAllocatedBytesForCurrentThread();
        int again = CountIn(set, addresses);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal((100_000, found), (set.Count, again));
    }

    private static int CountIn(NetworkSet set, AddressKey[] addresses)
    {
        int found = 0;
        foreach (AddressKey address in addresses)
        {
            found += set.Contains(address) ? 1 : 0;
        }

        return found;
    }

    private static NetworkSet Of(params (string Network, byte Mark)[] networks) => new(networks.Select(one => (NetworkText.Parse(one.Network), one.Mark)));

    private static AddressKey Key(string address) => AddressKey.From(IPAddress.Parse(address));

    /// <summary>Few different bits, so that networks meet.</summary>
    private static IPNetwork NextNetwork(Random random)
    {
        IPAddress address = NextAddress(random);
        int most = 8 * address.GetAddressBytes().Length;
        return Network(address, random.Next(3) == 0 ? random.Next(most + 1) : Math.Min(most, random.Next(1, 5) * 8));
    }

    private static IPNetwork Dense(Random random, int bytes)
    {
        byte[] address = new byte[bytes];
        random.NextBytes(address);
        return Network(new IPAddress(address), random.Next(bytes * 4, (bytes * 8) + 1));
    }

    private static IPNetwork Network(IPAddress address, int prefix)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int bit = prefix; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), prefix);
    }

    private static IPAddress NextAddress(Random random)
    {
        byte[] bytes = new byte[random.Next(2) == 0 ? 4 : 16];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = random.Next(4) switch { 0 => 0, 1 => 255, 2 => 10, _ => (byte)random.Next(256) };
        }

        return new IPAddress(bytes);
    }

    /// <summary>First and last address, and their neighbours outside.</summary>
    private static IEnumerable<IPAddress> EdgesOf(IPNetwork network)
    {
        byte[] first = network.BaseAddress.GetAddressBytes();
        byte[] last = [.. first];
        for (int bit = network.PrefixLength; bit < 8 * last.Length; bit++)
        {
            last[bit / 8] |= (byte)(0x80 >> (bit % 8));
        }

        return [new IPAddress(first), new IPAddress(last), new IPAddress(Add(first, -1)), new IPAddress(Add(last, 1))];
    }

    private static byte[] Add(byte[] bytes, int change)
    {
        byte[] sum = [.. bytes];
        for (int i = sum.Length - 1; i >= 0; i--)
        {
            sum[i] += (byte)change;
            if (sum[i] != (change < 0 ? 255 : 0))
            {
                break;
            }
        }

        return sum;
    }
}
