// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Tables;

namespace LbEngine.Tests.Tables;

public class AddressKeyTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("192.0.2.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("2001:db8:0:1:2:3:4:5")]
    [InlineData("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    public void ToIPAddress_AnyAddress_ComesBackAsItWas(string text)
    {
        var address = IPAddress.Parse(text);

        Assert.Equal(address, AddressKey.From(address).ToIPAddress());
    }

    [Fact]
    public void From_MappedAddress_EqualsTheIPv4Address()
    {
        var mapped = AddressKey.From(IPAddress.Parse("::ffff:192.0.2.1"));

        Assert.Equal(AddressKey.From(IPAddress.Parse("192.0.2.1")), mapped);
        Assert.True(mapped.IsIPv4);
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::7")]
    public void TryFrom_SocketAddress_ReadsTheSameAddress(string text)
    {
        var endPoint = new IPEndPoint(IPAddress.Parse(text), 1234);

        Assert.True(AddressKey.TryFrom(endPoint.Serialize(), out AddressKey key));

        Assert.Equal(AddressKey.From(endPoint.Address), key);
    }

    [Theory]
    [InlineData("192.168.77.200", 32, 0, "192.168.77.200")]
    [InlineData("192.168.77.200", 24, 0, "192.168.77.0")]
    [InlineData("192.168.77.200", 21, 0, "192.168.72.0")]
    [InlineData("192.168.77.200", 1, 0, "128.0.0.0")]
    [InlineData("192.168.77.200", 0, 128, "0.0.0.0")]
    [InlineData("2001:db8:1:2:3:4:5:6", 0, 128, "2001:db8:1:2:3:4:5:6")]
    [InlineData("2001:db8:1:2:3:4:5:6", 0, 65, "2001:db8:1:2::")]
    [InlineData("2001:db8:1:2:8003:4:5:6", 0, 65, "2001:db8:1:2:8000::")]
    [InlineData("2001:db8:1:2:3:4:5:6", 32, 64, "2001:db8:1:2::")]
    [InlineData("2001:db8:1:2:3:4:5:6", 32, 63, "2001:db8:1:2::")]
    [InlineData("2001:db8:1:3:3:4:5:6", 32, 63, "2001:db8:1:2::")]
    [InlineData("2001:db8:1:2:3:4:5:6", 32, 0, "::")]
    public void Mask_Prefix_KeepsJustThoseBits(string text, int prefixV4, int prefixV6, string expected)
    {
        AddressKey masked = AddressKey.From(IPAddress.Parse(text)).Mask(prefixV4, prefixV6);

        Assert.Equal(IPAddress.Parse(expected), masked.ToIPAddress());
    }

    [Theory]
    [InlineData("0.0.0.0", 0x33D0_08CE_79D3_F2ED)]
    [InlineData("192.0.2.1", 0x6B39_0E50_96F7_9C83)]
    [InlineData("2001:db8::1", 0x504B_8DCE_1C93_8E43)]
    public void Hash_KnownAddress_IsTheSameOnEveryMachine(string text, ulong expected)
    {
        Assert.Equal(expected, AddressKey.From(IPAddress.Parse(text)).Hash());
    }

    [Fact]
    public void Hash_NeighbouringAddresses_SpreadOverBuckets()
    {
        int[] buckets = new int[256];
        for (uint i = 0; i < 65_536; i++)
        {
            buckets[AddressKey.FromIPv4(0x0A00_0000 + i).Hash() & 255]++;
        }

        Assert.All(buckets, count => Assert.InRange(count, 150, 370));
    }
}
