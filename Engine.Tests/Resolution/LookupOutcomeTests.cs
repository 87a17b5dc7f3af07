// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Resolution;

namespace LbEngine.Tests.Resolution;

public class LookupOutcomeTests
{
    public static TheoryData<string, string, ResolveFamily, string> Answers => new()
    {
        { "one address", "10.0.0.1", ResolveFamily.Any, "10.0.0.1" },
        { "another order", "10.0.0.2 10.0.0.1", ResolveFamily.Any, "10.0.0.1 10.0.0.2" },
        { "order is that of the bytes, not of the text", "10.0.0.9 10.0.0.10", ResolveFamily.Any, "10.0.0.9 10.0.0.10" },
        { "IPv4 stands before IPv6", "fd00::2 fd00::1 192.0.2.1", ResolveFamily.Any, "192.0.2.1 fd00::1 fd00::2" },
        { "doubles are one", "10.0.0.1 10.0.0.1 fd00::1 fd00:0::1", ResolveFamily.Any, "10.0.0.1 fd00::1" },
        { "an IPv4 address in IPv6 form is itself", "::ffff:10.0.0.1 10.0.0.1", ResolveFamily.Any, "10.0.0.1" },
        { "what is nobody's address is left out", "0.0.0.0 :: 224.0.0.1 ff02::1 255.255.255.255 10.0.0.1", ResolveFamily.Any, "10.0.0.1" },
        { "IPv4 alone", "fd00::1 10.0.0.1", ResolveFamily.Ipv4, "10.0.0.1" },
        { "IPv6 alone", "fd00::1 10.0.0.1", ResolveFamily.Ipv6, "fd00::1" },
        { "no address", "", ResolveFamily.Any, "the answer holds no address" },
        { "none that can be used", "0.0.0.0", ResolveFamily.Any, "the answer holds no address" },
        { "none of the wanted family", "10.0.0.1", ResolveFamily.Ipv6, "the answer holds no IPv6 address" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public void Of_Answer_IsASortedSetOrAFailure(string row, string answer, ResolveFamily family, string expected)
    {
        IPAddress[] addresses = [.. answer.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)];

        LookupOutcome outcome = LookupOutcome.Of(addresses, family);

        Assert.Equal((row, expected), (row, outcome.Failure ?? string.Join(' ', outcome.Addresses)));
    }

    [Fact]
    public void Of_AThousandAnswers_KeepsTheSame64InAnyOrder()
    {
        IPAddress[] answer = [.. Enumerable.Range(0, 1000).Select(number => new IPAddress([10, 0, (byte)(number / 256), (byte)number]))];

        LookupOutcome forward = LookupOutcome.Of(answer, ResolveFamily.Any);
        LookupOutcome shuffled = LookupOutcome.Of([.. answer.OrderBy(address => address.GetHashCode())], ResolveFamily.Any);

        Assert.Equal(answer[..64], forward.Addresses);
        Assert.Equal(forward.Addresses, shuffled.Addresses);
        Assert.Equal(1000, shuffled.Found);
    }

    [Theory]
    [InlineData(SocketError.HostNotFound, "there is no such name, or it has no address")]
    [InlineData(SocketError.TryAgain, "the name servers failed, or did not answer")]
    [InlineData(SocketError.NoRecovery, "the name servers refused")]
    public void Of_Error_SaysWhoIsAtFault(SocketError error, string expected)
    {
        Assert.Equal(expected, LookupOutcome.Of(new SocketException((int)error)).Failure);
    }
}
