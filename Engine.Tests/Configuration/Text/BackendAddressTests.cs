// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Text;

namespace LbEngine.Tests.Configuration.Text;

public class BackendAddressTests
{
    [Theory]
    [InlineData("10.0.0.1:80", false)]
    [InlineData("[2001:db8::1]:80", false)]
    [InlineData("db.internal:5432", true)]
    [InlineData("localhost:1", true)]
    [InlineData("my_app-1:65535", true)]
    [InlineData("xn--bcher-kva.example:80", true)]
    [InlineData("3com.example:80", true)]
    [InlineData("db.internal.:5432", true)]
    [InlineData("cafe:80", true)]
    public void TryParse_AddressOrName_IsWrittenBackTheSame(string text, bool isName)
    {
        Assert.True(BackendAddress.TryParse(text, out BackendAddress address, out string problem), problem);

        Assert.Equal((text, isName), (address.ToString(), address.IsName));
    }

    [Fact]
    public void TryParse_NameInUpperCase_IsTheSameName()
    {
        Assert.Equal(BackendAddress.Parse("db.internal:80"), BackendAddress.Parse("DB.Internal:80"));
    }

    [Theory]
    [InlineData("db.internal", "lacks a port: write db.internal:80")]
    [InlineData("db.internal:", "lacks a port: write db.internal:80")]
    [InlineData("10.0.0.1", "lacks a port: write 10.0.0.1:80")]
    [InlineData("db.internal:0", "the port must be a whole number from 1 to 65535, was 'db.internal:0'")]
    [InlineData("db.internal:http", "the port must be a whole number from 1 to 65535, was 'db.internal:http'")]
    [InlineData("10.0.0.1:0", "the port must be a whole number from 1 to 65535, was '10.0.0.1:0'")]
    [InlineData("http://db.internal:80", "is a URL: write the host and the port alone, such as db.internal:80, was 'http://db.internal:80'")]
    [InlineData("bücher.example:80", "write the host name in its ASCII form (xn--...), was 'bücher.example:80'")]
    [InlineData("10.1:80", "must be an address or a host name and a port, such as 10.0.0.1:80 or db.internal:5432, was '10.1:80'")]
    [InlineData("010.0.0.1:80", "must be an address or a host name and a port, such as 10.0.0.1:80 or db.internal:5432, was '010.0.0.1:80'")]
    [InlineData("256.0.0.1:80", "must be an address or a host name and a port, such as 10.0.0.1:80 or db.internal:5432, was '256.0.0.1:80'")]
    [InlineData("0x7f000001:80", "must be an address or a host name and a port, such as 10.0.0.1:80 or db.internal:5432, was '0x7f000001:80'")]
    [InlineData("-db.internal:80", "must be an address or a host name and a port, such as 10.0.0.1:80 or db.internal:5432, was '-db.internal:80'")]
    [InlineData("db..internal:80", "must be an address or a host name and a port, such as 10.0.0.1:80 or db.internal:5432, was 'db..internal:80'")]
    [InlineData("db internal:80", "must be an address or a host name and a port, such as 10.0.0.1:80 or db.internal:5432, was 'db internal:80'")]
    [InlineData("db.internal/x:80", "must be an address or a host name and a port, such as 10.0.0.1:80 or db.internal:5432, was 'db.internal/x:80'")]
    [InlineData("*:80", "must be an address or a host name and a port, such as 10.0.0.1:80 or db.internal:5432: a backend is one host, was '*:80'")]
    [InlineData(":80", "must be an address or a host name and a port, such as 10.0.0.1:80 or db.internal:5432: a backend is one host, was ':80'")]
    [InlineData("::1:80", "put the IPv6 address in brackets and add a port, such as [2001:db8::1]:80, was '::1:80'")]
    public void TryParse_Neither_SaysWhatToWrite(string text, string expected)
    {
        Assert.False(BackendAddress.TryParse(text, out _, out string problem));

        Assert.Equal(expected, problem);
    }

    [Theory]
    [InlineData(63, 3, true)]
    [InlineData(64, 3, false)]
    [InlineData(62, 4, true)]
    [InlineData(63, 4, false)]
    public void TryParse_LongName_StaysWithinWhatDnsCarries(int label, int labels, bool isTaken)
    {
        string text = string.Join('.', Enumerable.Repeat(new string('a', label), labels)) + ":80";

        Assert.Equal(isTaken, BackendAddress.TryParse(text, out _, out _));
    }
}
