// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Configuration.Schema;
using LbEngine.Configuration.Text;

namespace LbEngine.Tests.Configuration.Text;

public class BindAddressTests
{
    [Theory]
    [InlineData("*:8080", "*:8080", "0.0.0.0:8080, [::]:8080")]
    [InlineData(":8080", "*:8080", "0.0.0.0:8080, [::]:8080")]
    [InlineData("8080", "*:8080", "0.0.0.0:8080, [::]:8080")]
    [InlineData("*:0", "*:0", "0.0.0.0:0, [::]:0")]
    [InlineData("0.0.0.0:8080", "0.0.0.0:8080", "0.0.0.0:8080")]
    [InlineData("[::]:8080", "[::]:8080", "[::]:8080")]
    [InlineData("127.0.0.1:80", "127.0.0.1:80", "127.0.0.1:80")]
    public void TryParse_RightText_KnowsEachAddress(string text, string written, string endPoints)
    {
        Assert.True(BindAddress.TryParse(text, out BindAddress address, out string problem), problem);

        Assert.Equal((written, endPoints), (address.ToString(), string.Join(", ", address.EndPoints)));
        Assert.Equal(written, BindAddress.Unify(text));
    }

    [Theory]
    [InlineData("*", "lacks a port: write *:8080")]
    [InlineData("*:", "the port must be a whole number from 0 to 65535, was '*:'")]
    [InlineData(":", "the port must be a whole number from 0 to 65535, was ':'")]
    [InlineData("65536", "the port must be a whole number from 0 to 65535, was '65536'")]
    [InlineData("99999999999999999999", "the port must be a whole number from 0 to 65535, was '99999999999999999999'")]
    [InlineData("*:http", "the port must be a whole number from 0 to 65535, was '*:http'")]
    [InlineData(":-1", "the port must be a whole number from 0 to 65535, was ':-1'")]
    [InlineData(":8000-8010", "names a range of ports, which there is not yet: write an entry for each port, was ':8000-8010'")]
    [InlineData("::1:80", "put the IPv6 address in brackets and add a port, such as [2001:db8::1]:80, was '::1:80'")]
    [InlineData(
        "*.example.org:80",
        "must be an IP address and a port, such as 10.0.0.1:80 (host names are not looked up: write an IP address), was '*.example.org:80'")]
    public void TryParse_AnythingElse_SaysWhatToWrite(string text, string expected)
    {
        Assert.False(BindAddress.TryParse(text, out _, out string problem));

        Assert.Equal((expected, text), (problem, BindAddress.Unify(text)));
    }

    [Fact]
    public void Compare_OneFormAndAnother_IsNoChange()
    {
        LoadBalancerOptions before = Options("8080");

        Assert.Empty(ConfigurationDiff.Compare(before, Options("*:8080"), static _ => 0));
        Assert.Equal("*:8080", Assert.Single(ConfigurationDiff.Compare(before, Options("[::]:8080"), static _ => 0)).Before);
    }

    [Theory]
    [InlineData("0.0.0.0:8080")]
    [InlineData("[::]:8080")]
    [InlineData("127.0.0.1:8080")]
    [InlineData(":8080")]
    public void Validate_EveryAddressBesideOneOfThem_Overlaps(string other)
    {
        LoadBalancerOptions options = Options("*:8080");
        options.Listeners["api"] = new ListenerOptions { Bind = other, Pool = "site" };

        IReadOnlyList<ConfigurationError> errors = LoadBalancerOptionsValidator.Validate(options, ["weighted-least-connections"]);

        Assert.Contains("overlaps with the bind of listener web", Assert.Single(errors).Message, StringComparison.Ordinal);
    }

    private static LoadBalancerOptions Options(string bind)
    {
        var options = new LoadBalancerOptions();
        options.Listeners["web"] = new ListenerOptions { Bind = bind, Pool = "site" };
        options.Pools["site"] = new BackendPoolOptions();
        options.Pools["site"].Backends["a"] = new BackendOptions { Address = "10.0.0.1:80" };
        return options;
    }
}
