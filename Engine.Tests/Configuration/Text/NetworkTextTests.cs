// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration.Text;

namespace LbEngine.Tests.Configuration.Text;

public class NetworkTextTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("192.0.2.1", "192.0.2.1/32")]
    [InlineData("192.0.2.1/32", "192.0.2.1/32")]
    [InlineData("255.255.255.254/31", "255.255.255.254/31")]
    [InlineData("2001:db8::/32", "2001:db8::/32")]
    [InlineData("2001:DB8:0::/32", "2001:db8::/32")]
    [InlineData("::/0", "::/0")]
    [InlineData("::1", "::1/128")]
    [InlineData("fe80::/10", "fe80::/10")]
    [InlineData("::ffff:10.0.0.0/104", "10.0.0.0/8")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1/32")]
    [InlineData("::ffff:0:0/96", "0.0.0.0/0")]
    public void TryParse_NetworkOrAddress_IsThatNetwork(string text, string expected)
    {
        Assert.True(NetworkText.TryParse(text, out IPNetwork network, out string problem), problem);

        Assert.Equal(expected, network.ToString());
    }

    [Theory]
    [InlineData("10.0.0.1/8", "has bits behind its prefix: write 10.0.0.0/8 for the network, or 10.0.0.1 for the address alone")]
    [InlineData("192.0.2.1/0", "has bits behind its prefix: write 0.0.0.0/0 for the network, or 192.0.2.1 for the address alone")]
    [InlineData("2001:db8::1/64", "has bits behind its prefix: write 2001:db8::/64 for the network, or 2001:db8::1 for the address alone")]
    [InlineData("::ffff:10.0.0.1/104", "has bits behind its prefix: write 10.0.0.0/8 for the network, or 10.0.0.1 for the address alone")]
    [InlineData("10.0.0.0/33", "the prefix must be a whole number from 0 to 32, such as 10.0.0.0/32")]
    [InlineData("10.0.0.0/", "the prefix must be a whole number from 0 to 32, such as 10.0.0.0/32")]
    [InlineData("10.0.0.0/08", "the prefix must be a whole number from 0 to 32, such as 10.0.0.0/32")]
    [InlineData("10.0.0.0/-1", "the prefix must be a whole number from 0 to 32, such as 10.0.0.0/32")]
    [InlineData("10.0.0.0/8/8", "the prefix must be a whole number from 0 to 32, such as 10.0.0.0/32")]
    [InlineData("2001:db8::/129", "the prefix must be a whole number from 0 to 128, such as 2001:db8::/128")]
    [InlineData("::ffff:10.0.0.0/8", "the prefix of an IPv4 address in IPv6 form must be a whole number from 96 to 128: write the IPv4 network, such as 10.0.0.0/32")]
    [InlineData("10.1.0.0/255.255.0.0", "write how many bits the mask has: 10.1.0.0/16")]
    [InlineData("10.1.2.3/255.255.255.255", "write how many bits the mask has: 10.1.2.3/32")]
    [InlineData("10.1.0.0/255.0.255.0", "the prefix must be a whole number from 0 to 32, such as 10.1.0.0/32")]
    [InlineData("10.0.0.1:80", "has a port, which a network has not: write 10.0.0.1")]
    [InlineData("[2001:db8::]/32", "a network has no brackets: write it such as 2001:db8::/32")]
    [InlineData("fe80::1%eth0/64", "names an interface, which says nothing of a network: write fe80::1")]
    [InlineData("*", "must be a network: write 0.0.0.0/0 for every IPv4 address, and ::/0 for every IPv6 address")]
    [InlineData("10.0/16", "must be a network such as 10.0.0.0/8 or 2001:db8::/32, or an address alone")]
    [InlineData("010.0.0.0/8", "must be a network such as 10.0.0.0/8 or 2001:db8::/32, or an address alone")]
    [InlineData("10", "must be a network such as 10.0.0.0/8 or 2001:db8::/32, or an address alone")]
    [InlineData("", "must be a network such as 10.0.0.0/8 or 2001:db8::/32, or an address alone")]
    [InlineData("/8", "must be a network such as 10.0.0.0/8 or 2001:db8::/32, or an address alone")]
    [InlineData("office.example", "must be a network such as 10.0.0.0/8 or 2001:db8::/32, or an address alone")]
    [InlineData("2001:db8:::/32", "must be a network such as 10.0.0.0/8 or 2001:db8::/32, or an address alone")]
    public void TryParse_Neither_SaysWhatToWrite(string text, string expected)
    {
        Assert.False(NetworkText.TryParse(text, out _, out string problem));

        Assert.Equal(expected, problem);
    }
}
