// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Transport;

namespace LbEngine.Tests.Transport;

public sealed class DescriptorPlanTests
{
    private static readonly bool[] EitherWay = [true, false];
    private static readonly long[] Limits = [64, 100, 128, 192, 200, 256, 300, 350, 512, 800, 1024, 2048, 4096, 10_000, 20_000, 1_048_576];
    private static readonly int[] Listeners = [1, 2, 10, 48, 400, 800, 5000, 10_000];
    private static readonly int[] Reactors = [1, 2, 8, 16, 64, 1024];

    // A program of one file, one of assemblies, one with an admin interface, an application with much of its own.
    private static readonly long[] InUse = [12, 100, 172, 900];

    [Theory]
    [InlineData("a usual server: every reactor, all pipes, most for clients", 20_000, 172, 2, 0, 2, true, 2, 32, 256)]
    [InlineData("many listeners and reactors under the usual soft limit: fewer reactors", 1024, 172, 48, 0, 16, true, 5, 6, 32)]
    [InlineData("very many listeners: one reactor", 1024, 172, 400, 0, 2, true, 1, 32, 32)]
    [InlineData("hardly any: no pipes, few probes, and still clients", 320, 172, 1, 0, 2, true, 1, 0, 2)]
    [InlineData("without reactors no pipes", 1024, 172, 48, 0, 16, false, 16, 0, 32)]
    public void TryMake_WhatThereIs_IsSharedOut(
        string sentence, long limit, long inUse, int tcp, int udp, int wanted, bool hasReactors, int reactors, int pipes, int probes)
    {
        DescriptorPlan plan = DescriptorPlan.TryMake(new DescriptorNeeds(limit, inUse, tcp, udp, wanted, hasReactors))!;

        Assert.True((reactors, pipes, probes) == (plan.Reactors, plan.PipesPerReactor, plan.Probes), $"{sentence}: {plan}");
    }

    [Fact]
    public void TryMake_EveryLimitListenersReactorsAndLoad_NeverOpensMoreThanTheCeiling()
    {
        foreach (DescriptorNeeds needs in Table())
        {
            if (DescriptorPlan.TryMake(needs) is DescriptorPlan plan)
            {
                long open = needs.InUse + Fill(needs, plan, out int clients);

                Assert.True(open <= plan.Ceiling && plan.Ceiling <= needs.Limit - 128, $"{open} are open at {needs}, {plan}");
                Assert.True(clients >= DescriptorPlan.LeastForClients / EngineBudget.TcpDescriptors, $"only {clients} clients at {needs}, {plan}");
                Assert.InRange(plan.Reactors, 1, needs.Reactors);
            }
        }
    }

    [Fact]
    public void LeastLimit_MoreWasOpenedSince_CountsThatToo()
    {
        var needs = new DescriptorNeeds(256, 100, 20, 0, 2, HasReactors: true) { OpenedSince = 100 };

        long least = DescriptorPlan.LeastLimit(needs);

        Assert.True(DescriptorPlan.TryMake(needs with { Limit = least })!.Traffic - 100 - 20 >= DescriptorPlan.LeastForClients, $"{least} is too little");
        Assert.Null(DescriptorPlan.TryMake(needs with { Limit = least - 1 }));
    }

    [Fact]
    public void LeastLimit_WhatDoesNotFit_IsTheFirstThatDoes()
    {
        int refused = 0;
        foreach (DescriptorNeeds needs in Table().Where(static needs => DescriptorPlan.TryMake(needs) is null))
        {
            long least = DescriptorPlan.LeastLimit(needs);

            refused++;
            Assert.NotNull(DescriptorPlan.TryMake(needs with { Limit = least }));
            Assert.Null(DescriptorPlan.TryMake(needs with { Limit = least - 1 }));
        }

        Assert.InRange(refused, 100, 10_000);
    }

    /// <summary>Opens everything that an engine may have open at once, under the load that fills it; returns how much that is.</summary>
    private static long Fill(DescriptorNeeds needs, DescriptorPlan plan, out int clients)
    {
        var budget = new EngineBudget(int.MaxValue, plan.Traffic);
        Assert.True(budget.TryReserve((int)needs.Listening(plan.Reactors)), $"The listeners do not fit: {needs}, {plan}.");
        clients = budget.DescriptorsForTraffic / EngineBudget.TcpDescriptors;
        long loops = needs.HasReactors ? 2L * (plan.Reactors + 1) : 2;
        return loops + plan.Probes + plan.LocalSockets + (2L * plan.PipesPerReactor * plan.Reactors) + plan.Traffic;
    }

    private static IEnumerable<DescriptorNeeds> Table() =>
        from limit in Limits
        from listeners in Listeners
        from reactors in Reactors
        from inUse in InUse
        from udp in new[] { 0, listeners / 2 }
        from hasReactors in EitherWay
        select new DescriptorNeeds(limit, inUse, listeners - udp, udp, reactors, hasReactors);
}
