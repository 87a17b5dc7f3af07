// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;

namespace LbEngine.Tests.Lifecycle;

/// <summary>Which failure is which reason, and what is lost with it.</summary>
public sealed class FlowReasonsTests
{
    [Theory]
    [InlineData("the last backend refused", ConnectFailure.Refused, CloseReason.BackendRefused)]
    [InlineData("no route to the last backend", ConnectFailure.Unreachable, CloseReason.ConnectFailed)]
    [InlineData("a connect timed out, which none does over UDP", ConnectFailure.TimedOut, CloseReason.ConnectTimeout)]
    [InlineData("this host has no port left", ConnectFailure.NoLocalPort, CloseReason.ResourceExhausted)]
    [InlineData("this host has no descriptor or memory left", ConnectFailure.NoResources, CloseReason.ResourceExhausted)]
    public void Ended_ByTheLastFailure_IsOneReason(string sentence, object failure, CloseReason expected)
    {
        Assert.True(expected == FlowReasons.Ended((ConnectFailure)failure), sentence);
    }

    [Theory]
    [InlineData("a send queue is full", SendFailure.QueueFull, DropReason.SendQueueFull)]
    [InlineData("the path takes no such size", SendFailure.TooLarge, DropReason.TooLarge)]
    [InlineData("one refusal after another", SendFailure.Refused, DropReason.Refused)]
    [InlineData("no route, or a firewall", SendFailure.Failed, DropReason.SendFailed)]
    public void Dropped_ByFailure_IsOneReason(string sentence, object failure, DropReason expected)
    {
        Assert.True(expected == FlowReasons.Dropped((SendFailure)failure), sentence);
    }

    [Fact]
    public void LostWith_EveryEnd_IsADatagramOnlyWhereOneWasOnItsWay()
    {
        var expected = new Dictionary<CloseReason, DropReason>
        {
            [CloseReason.BackendRefused] = DropReason.Refused,
            [CloseReason.ConnectFailed] = DropReason.SendFailed,
            [CloseReason.ConnectTimeout] = DropReason.SendFailed,
            [CloseReason.ResourceExhausted] = DropReason.NoResources,
        };

        Assert.All(
            Enum.GetValues<CloseReason>(),
            end => Assert.Equal(expected.TryGetValue(end, out DropReason lost) ? lost : null, FlowReasons.LostWith(end)));
    }
}
