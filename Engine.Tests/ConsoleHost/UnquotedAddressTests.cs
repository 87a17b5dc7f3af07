// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Tests.Configuration;

namespace LbEngine.Tests.ConsoleHost;

/// <summary>Addresses that YAML takes for something else.</summary>
public class UnquotedAddressTests
{
    private const string Pools = "pools: { site: { backends: { a: { address: 10.0.0.1:80 } } } }";

    [Theory]
    [InlineData("listeners:\n  web:\n    bind: [::]:8080\n    pool: site\n", 3, "[::]:8080")]
    [InlineData("listeners:\n  web:\n    pool: site\n    bind: [::]:8080\n", 4, "[::]:8080")]
    [InlineData("listeners:\n  web: { bind: [::]:8080, pool: site }\n", 2, "[::]:8080")]
    [InlineData("listeners: { web: { pool: site, bind: [2001:db8::1]:8080 } }\n", 1, "[2001:db8::1]:8080")]
    [InlineData("listeners:\n  web:\n    bind: [fe80::1%eth0]:8080\n    pool: site\n", 3, "[fe80::1%eth0]:8080")]
    public void Read_AddressV6WithoutQuotes_SaysToQuoteIt(string listeners, int line, string address)
    {
        string error = Assert.Single(Reading.Lines(Reading.ReadYaml(listeners + Pools).Errors));

        Assert.Equal($"line {line}: {address} means something else in YAML; write it in quotes: \"{address}\"", error);
        Assert.DoesNotContain(
            Reading.Lines(Reading.ReadYaml(listeners.Replace(address, $"\"{address}\"", StringComparison.Ordinal) + Pools).Errors),
            text => text.Contains("YAML", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("listeners:\n  web:\n    bind: *:8080\n    pool: site\n")]
    [InlineData("listeners:\n  web: { bind: *:8080, pool: site }\n")]
    [InlineData("listeners: { web: { pool: site, bind: *:8080 } }\n")]
    [InlineData("listeners:\n  web:\n    bind: :8080\n    pool: site\n", ":8080")]
    [InlineData("listeners: { web: { pool: site, bind: :8080 } }\n", ":8080")]
    [InlineData("listeners: { web: { pool: site, bind: 8080 } }\n", "8080")]
    public void Read_EveryAddressWithoutQuotes_IsTaken(string listeners, string bind = "*:8080")
    {
        LoadBalancerOptionsReadResult result = Reading.ReadYaml(listeners + Pools);

        Assert.Empty(Reading.Lines(result.Errors));
        Assert.Equal(bind, result.Options.Listeners["web"].Bind);
    }

    [Fact]
    public void Read_OtherMistakesBesideAQuotedAddress_AreToldAsTheyAre()
    {
        string error = Assert.Single(Reading.Lines(Reading.ReadYaml("listeners: { web: { bind: \"[::]:80\", pool: site }\n" + Pools).Errors));

        Assert.Equal("line 1: the { that opens here is not closed: write } behind what belongs into it", error);
    }
}
