// SPDX-License-Identifier: MIT
using System.Net;
using System.Text;
using LbEngine.Benchmarks.Scale.Processes;
using LbEngine.Configuration;

namespace LbEngine.Tests.Benchmarks.Scale.Processes;

public sealed class BalancerDocumentTests
{
    [Fact]
    public void Write_ListenersAndPools_IsAConfigurationWithoutMistakes()
    {
        var document = new BalancerDocument { Reactors = 3 };
        document.AddPool("site", [IPEndPoint.Parse("127.1.0.1:80"), IPEndPoint.Parse("127.1.0.2:80")], "source-hash");
        document.AddListener("web", IPEndPoint.Parse("127.0.0.1:8080"), "site");
        document.AddListener("dns", IPEndPoint.Parse("127.0.0.1:53"), "site", "udp");

        LoadBalancerOptionsReadResult read = LoadBalancerOptionsReader.ReadJson(Encoding.UTF8.GetBytes(document.Write("/tmp/lb.sock")));

        Assert.Empty(read.Errors);
        Assert.Equal(3, read.Options.Reactors);
        Assert.Equal(ListenerProtocol.Udp, read.Options.Listeners["dns"].Protocol);
        Assert.Equal(["b0", "b1"], read.Options.Pools["site"].Backends.Keys.Order());
    }
}
