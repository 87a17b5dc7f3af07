// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.NetworkInformation;
using LbEngine.Configuration.Text;

namespace LbEngine.Tests.Configuration.Text;

public class EndPointTextTests
{
    private static readonly IntegerRange Ports = new(0, 65_535);

    [Theory]
    [InlineData("10.0.0.1:80")]
    [InlineData("255.255.255.255:65535")]
    [InlineData("0.0.0.0:0")]
    [InlineData("[::]:8080")]
    [InlineData("[2001:db8::1]:1")]
    public void TryParse_AddressAndPort_ReadsBoth(string text)
    {
        Assert.True(EndPointText.TryParse(text, Ports, out IPEndPoint? endPoint, out string problem), problem);

        Assert.Equal(text, endPoint.ToString());
    }

    [Fact]
    public void TryParse_LinkLocalAddressWithAnInterfaceOfThisHost_KeepsItsScope()
    {
        string name = NetworkInterface.GetAllNetworkInterfaces()[0].Name;

        Assert.True(EndPointText.TryParse($"[fe80::1%{name}]:80", Ports, out IPEndPoint? endPoint, out string problem), problem);
        Assert.True(EndPointText.TryParse("[fe80::1%1]:80", Ports, out IPEndPoint? numbered, out problem), problem);

        Assert.NotEqual(0, endPoint.Address.ScopeId);
        Assert.Equal(1, numbered.Address.ScopeId);
    }

    [Theory]
    [InlineData("10.0.0.1", "lacks a port: write 10.0.0.1:80")]
    [InlineData("[::1]", "lacks a port: write [::1]:80")]
    [InlineData(":8080", "lacks an address: write 0.0.0.0:8080 for every IPv4 address, was ':8080'")]
    [InlineData("*:8080", "lacks an address: write 0.0.0.0:8080 for every IPv4 address, was '*:8080'")]
    [InlineData("::1:80", "put the IPv6 address in brackets and add a port, such as [2001:db8::1]:80, was '::1:80'")]
    [InlineData("[10.0.0.1]:80", "must be an IPv6 address in brackets and a port, such as [2001:db8::1]:80, was '[10.0.0.1]:80'")]
    [InlineData("[]:80", "must be an IPv6 address in brackets and a port, such as [2001:db8::1]:80, was '[]:80'")]
    [InlineData("[[::1]]:80", "must be an IPv6 address in brackets and a port, such as [2001:db8::1]:80, was '[[::1]]:80'")]
    [InlineData("[::ffff:10.0.0.1]:80", "is an IPv4 address in IPv6 form: write 10.0.0.1:80, was '[::ffff:10.0.0.1]:80'")]
    [InlineData("[fe80::1%nosuch0]:80", "names the interface 'nosuch0', which this host does not have: write the interface behind the address, such as [fe80::1%eth0]:80, was '[fe80::1%nosuch0]:80'")]
    [InlineData("[fe80::1]:80", "is a link-local address without an interface: write the interface behind the address, such as [fe80::1%eth0]:80, was '[fe80::1]:80'")]
    [InlineData("localhost:80", "must be an IP address and a port, such as 10.0.0.1:80 (host names are not looked up: write an IP address), was 'localhost:80'")]
    [InlineData("10.1:80", "must be an IP address and a port, such as 10.0.0.1:80 (host names are not looked up: write an IP address), was '10.1:80'")]
    [InlineData("010.0.0.1:80", "must be an IP address and a port, such as 10.0.0.1:80 (host names are not looked up: write an IP address), was '010.0.0.1:80'")]
    [InlineData("0x0a.0.0.1:80", "must be an IP address and a port, such as 10.0.0.1:80 (host names are not looked up: write an IP address), was '0x0a.0.0.1:80'")]
    [InlineData("10.0.0.1:65536", "the port must be a whole number from 0 to 65535, was '10.0.0.1:65536'")]
    [InlineData("0.0.0.0:10000-10099", "names a range of ports, which there is not yet: write an entry for each port, was '0.0.0.0:10000-10099'")]
    [InlineData("10.0.0.1:-1", "the port must be a whole number from 0 to 65535, was '10.0.0.1:-1'")]
    [InlineData("10.0.0.1:", "the port must be a whole number from 0 to 65535, was '10.0.0.1:'")]
    [InlineData("10.0.0.1:http", "the port must be a whole number from 0 to 65535, was '10.0.0.1:http'")]
    [InlineData(" 10.0.0.1:80", "must be an IP address and a port, such as 10.0.0.1:80 (host names are not looked up: write an IP address), was ' 10.0.0.1:80'")]
    public void TryParse_AnythingElse_SaysWhatToWrite(string text, string expected)
    {
        Assert.False(EndPointText.TryParse(text, Ports, out _, out string problem));

        Assert.Equal(expected, problem);
    }
}
