// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Soak.Traffic;

namespace LbEngine.Tests.Benchmarks.Soak.Traffic;

public sealed class StreamPlanTests
{
    [Fact]
    public void For_SameSeedAndNumber_IsTheSameAtBothEnds() => Assert.Equal(StreamPlan.For(7, 11), StreamPlan.For(7, 11));

    [Fact]
    public void For_ManyConnections_CoversEveryKindAndStaysSmallOnAverage()
    {
        StreamPlan[] plans = [.. Enumerable.Range(0, 100_000).Select(id => StreamPlan.For(1, id))];

        Assert.Equal(Enum.GetValues<StreamEnding>().Order(), plans.Select(plan => plan.Ending).Distinct().Order());
        Assert.Contains(plans, plan => plan.Up == 0 && plan.Down == 0);
        Assert.Contains(plans, plan => plan.Down > 20_000_000);
        Assert.Contains(plans, plan => plan.UrgentAt >= 0);
        Assert.Contains(plans, plan => plan.StallAt >= 0);
        Assert.InRange(plans.Average(plan => plan.Up), 20_000, 200_000);
        Assert.All(plans, plan => Assert.True(plan.Piece > 0 && plan.Up is >= 0 and <= 50_000_000 && plan.Down is >= 0 and <= 50_000_000));
    }

    [Fact]
    public void Preface_WrittenAndRead_SaysWhoAndWhat()
    {
        bool isRequest = StreamPreface.TryReadRequest(StreamPreface.WriteRequest(ulong.MaxValue, 9), out ulong seed, out long id);
        (int backend, long answered) = StreamPreface.ReadReply(StreamPreface.WriteReply(3, 9));

        Assert.Equal((true, ulong.MaxValue, 9, 3, 9, 5), (isRequest, seed, id, backend, answered, StreamPreface.ReadVerdict(StreamPreface.WriteVerdict(5))));
    }
}
