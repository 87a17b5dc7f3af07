// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;

namespace LbEngine.Tests.Lifecycle;

/// <summary>Every ICMP message that a host or a router may send about a datagram, over IPv4 and IPv6.</summary>
public sealed class IcmpRulesTests
{
    [Theory]
    [InlineData(3, 0, "Unreachable", "network unreachable")]
    [InlineData(3, 1, "Unreachable", "host unreachable")]
    [InlineData(3, 2, "Refused", "protocol unreachable")]
    [InlineData(3, 3, "Refused", "port unreachable")]
    [InlineData(3, 4, "TooLarge", "fragmentation needed")]
    [InlineData(3, 5, "Unreachable", "source route failed")]
    [InlineData(3, 6, "Unreachable", "network unknown")]
    [InlineData(3, 7, "Unreachable", "host unknown")]
    [InlineData(3, 8, "Unreachable", "source host isolated")]
    [InlineData(3, 9, "Prohibited", "network prohibited")]
    [InlineData(3, 10, "Prohibited", "host prohibited")]
    [InlineData(3, 11, "Unreachable", "network unreachable for this type of service")]
    [InlineData(3, 12, "Unreachable", "host unreachable for this type of service")]
    [InlineData(3, 13, "Prohibited", "communication filtered")]
    [InlineData(3, 14, "Prohibited", "host precedence violation")]
    [InlineData(3, 15, "Prohibited", "precedence cut-off")]
    [InlineData(3, 16, "Unreachable", "a code that is not assigned")]
    [InlineData(4, 0, "None", "source quench")]
    [InlineData(5, 1, "None", "redirect")]
    [InlineData(11, 0, "Unreachable", "time to live exceeded")]
    [InlineData(11, 1, "None", "a fragment came too late")]
    [InlineData(12, 0, "Unreachable", "parameter problem")]
    [InlineData(12, 1, "Unreachable", "a required option is missing")]
    [InlineData(12, 2, "Unreachable", "bad length")]
    [InlineData(0, 0, "None", "echo reply")]
    public void MeaningOf_EachMessageOfV4_SaysWhatItIs(int type, int code, string expected, string name) =>
        Assert.True(Enum.Parse<PathError>(expected) == IcmpRules.MeaningOf(isIPv6: false, type, code), name);

    [Theory]
    [InlineData(1, 0, "Unreachable", "no route")]
    [InlineData(1, 1, "Prohibited", "prohibited")]
    [InlineData(1, 2, "Unreachable", "beyond the scope of the source address")]
    [InlineData(1, 3, "Unreachable", "address unreachable")]
    [InlineData(1, 4, "Refused", "port unreachable")]
    [InlineData(1, 5, "Prohibited", "the source address failed a policy")]
    [InlineData(1, 6, "Prohibited", "a route that rejects")]
    [InlineData(1, 7, "Unreachable", "error in a source routing header")]
    [InlineData(1, 8, "Unreachable", "a code that is not assigned")]
    [InlineData(2, 0, "TooLarge", "packet too big")]
    [InlineData(3, 0, "Unreachable", "hop limit exceeded")]
    [InlineData(3, 1, "None", "a fragment came too late")]
    [InlineData(4, 0, "Unreachable", "erroneous header field")]
    [InlineData(4, 1, "Unreachable", "unknown next header")]
    [InlineData(4, 2, "Unreachable", "unknown option")]
    [InlineData(129, 0, "None", "echo reply")]
    public void MeaningOf_EachMessageOfV6_SaysWhatItIs(int type, int code, string expected, string name) =>
        Assert.True(Enum.Parse<PathError>(expected) == IcmpRules.MeaningOf(isIPv6: true, type, code), name);
}
