// SPDX-License-Identifier: MIT
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.EndToEnd.Behaviour;

/// <summary>One row of the behaviour table: what happens, and what each balancer makes of it.</summary>
/// <param name="Sentence">What happens; names the row.</param>
/// <param name="RunAsync">Makes it happen and says what both ends saw.</param>
/// <param name="Engine">What this engine must show.</param>
/// <param name="HaProxy">What HAProxy 2.6 shows.</param>
/// <param name="Nginx">What nginx 1.22 with proxy_half_close shows.</param>
/// <param name="Why">Where they do not all agree: whom the engine follows, or that it keeps a contract of its own, and why.</param>
internal sealed record Scenario(
    string Sentence,
    Func<Stage, BalancerKind, Task<Outcome>> RunAsync,
    Outcome Engine,
    Outcome HaProxy,
    Outcome Nginx,
    string Why)
{
    /// <summary>A row on which all agree.</summary>
    public Scenario(string sentence, Func<Stage, BalancerKind, Task<Outcome>> runAsync, string client, string backend)
        : this(sentence, runAsync, new Outcome(client, backend), new Outcome(client, backend), new Outcome(client, backend), "All agree.")
    {
    }

    public bool AllAgree => Engine == HaProxy && Engine == Nginx;

    public Outcome Expect(BalancerKind kind) => kind switch
    {
        BalancerKind.HaProxy => HaProxy,
        BalancerKind.Nginx => Nginx,
        _ => Engine,
    };

    public override string ToString() => Sentence;
}
