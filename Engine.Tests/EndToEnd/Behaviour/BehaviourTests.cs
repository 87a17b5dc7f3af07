// SPDX-License-Identifier: MIT
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.EndToEnd.Behaviour;

/// <summary>Runs the table through every balancer.</summary>
public sealed class BehaviourTests : EndToEndTest
{
    public static TheoryData<string> Sentences { get; } = [.. BehaviourTable.Rows.Select(row => row.Sentence)];

    [Theory]
    [MemberData(nameof(Sentences))]
    public Task Scenario_LinuxTransport_BothEndsSeeWhatTheTableSays(string sentence) => CheckAsync(BalancerKind.Linux, sentence);

    [Theory]
    [MemberData(nameof(Sentences))]
    public Task Scenario_SocketsTransport_BothEndsSeeWhatTheTableSays(string sentence) => CheckAsync(BalancerKind.Sockets, sentence);

    [PeerTheory(HaProxyBalancer.Program)]
    [MemberData(nameof(Sentences))]
    public Task Scenario_HaProxy_BothEndsSeeWhatTheTableSays(string sentence) => CheckAsync(BalancerKind.HaProxy, sentence);

    [PeerTheory(NginxBalancer.Program, NginxBalancer.StreamModule)]
    [MemberData(nameof(Sentences))]
    public Task Scenario_Nginx_BothEndsSeeWhatTheTableSays(string sentence) => CheckAsync(BalancerKind.Nginx, sentence);

    [Fact]
    public void Table_EveryRowWithoutAgreement_EngineFollowsAnotherOrItsContract()
    {
        foreach (Scenario row in BehaviourTable.Rows.Where(row => !row.AllAgree))
        {
            string reason = row.Engine == row.HaProxy ? "As HAProxy: " : row.Engine == row.Nginx ? "As nginx: " : "By contract: ";
            Assert.StartsWith(reason, row.Why, StringComparison.Ordinal);
        }
    }

    private async Task CheckAsync(BalancerKind kind, string sentence)
    {
        Scenario row = BehaviourTable.Rows.Single(row => row.Sentence == sentence);

        Outcome seen = await row.RunAsync(Stage, kind);

        Assert.Equal(row.Expect(kind), seen);
    }
}
