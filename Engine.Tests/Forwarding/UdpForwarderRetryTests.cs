// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Lifecycle;

namespace LbEngine.Tests.Forwarding;

/// <summary>A flow goes on with its next backend.</summary>
public sealed class UdpForwarderRetryTests
{
    [Fact]
    public void Retry_Refused_MovesTheCountAndKeepsEverythingElse()
    {
        var stage = new UdpStage(maxConnectionsPerClient: 5);
        (TestFlow flow, Placement first) = stage.Admit();
        ConnectionHandle row = flow.Handle;

        Placement next = stage.Forwarder.Retry(flow, ConnectFailure.Refused, hasMadeRoom: false);

        Assert.NotSame(first.Backend, next.Backend);
        Assert.Same(flow.Backend, next.Backend);
        Assert.Equal((0, 1), (first.Backend!.ActiveCount, next.Backend!.ActiveCount));
        Assert.Equal(row, flow.Handle);
        Assert.True(stage.Table.TryRead(row, out ConnectionSnapshot snapshot));
        Assert.Equal(next.Backend.Id, snapshot.BackendId);
        stage.AssertHeld(1);
        Assert.Equal(1, stage.Limiter.ClientCount);
        Assert.Equal((1, 0), (stage.Listener.AcceptedCount, stage.Counters.ReadClosed(CloseReason.BackendRefused)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Retry_AgainAndAgain_EndsAtConnectAttemptsOverDistinctBackends(int attempts)
    {
        var stage = new UdpStage(backends: 5);
        stage.Pool.ConnectAttempts = attempts;
        (TestFlow flow, Placement placement) = stage.Admit();

        var tried = new List<Backend>();
        for (; placement.IsPlaced; placement = stage.Forwarder.Retry(flow, ConnectFailure.Refused, hasMadeRoom: false))
        {
            tried.Add(placement.Backend);
        }

        stage.Forwarder.Ended(flow, CloseReason.BackendRefused, 2000);
        Assert.Equal(attempts, tried.Distinct().Count());
        Assert.Equal(attempts, tried.Count);
        Assert.All(tried, backend => Assert.Equal(1, backend.ConnectFailures));
        Assert.Equal((1, 1), (stage.Counters.ReadClosed(CloseReason.BackendRefused), stage.Counters.ReadDropped(DropReason.Refused)));
        stage.AssertHeld(0);
    }

    [Fact]
    public void Retry_NobodyIsLeft_GivesUp()
    {
        var stage = new UdpStage(backends: 1);
        (TestFlow flow, _) = stage.Admit();

        Placement next = stage.Forwarder.Retry(flow, ConnectFailure.Refused, hasMadeRoom: false);

        Assert.Equal((false, false, RejectReason.NoBackend), (next.IsPlaced, next.NeedsRoom, next.Reason));
        Assert.Null(flow.Backend);
        Assert.Equal(0, stage.Listener.RejectedCount);
    }

    [Theory]
    [InlineData(ConnectFailure.Refused, 1, true)]
    [InlineData(ConnectFailure.Unreachable, 1, false)]
    public void Retry_ByFailure_OneRefusalIsProofAndBeingUnreachableIsNot(object failure, int failures, bool isEjected)
    {
        var stage = new UdpStage();
        (TestFlow flow, Placement first) = stage.Admit();

        stage.Forwarder.Retry(flow, (ConnectFailure)failure, hasMadeRoom: false);

        Assert.Equal((failures, isEjected), (first.Backend!.ConnectFailures, first.Backend.IsEjected));
    }

    [Theory]
    [InlineData(ConnectFailure.NoLocalPort)]
    [InlineData(ConnectFailure.NoResources)]
    public void Retry_ThisHostLacksSomething_NeedsRoomOnceAndBlamesNobody(object lack)
    {
        var failure = (ConnectFailure)lack;
        var stage = new UdpStage();
        (TestFlow flow, Placement first) = stage.Admit();

        Placement asks = stage.Forwarder.Retry(flow, failure, hasMadeRoom: false);
        Backend? kept = flow.Backend;
        Placement givesUp = stage.Forwarder.Retry(flow, failure, hasMadeRoom: true);
        stage.Forwarder.Ended(flow, FlowReasons.Ended(failure), 2000);

        Assert.True(asks.NeedsRoom);
        Assert.Null(asks.RoomAt(stage.Listener));
        Assert.Same(first.Backend, kept);
        Assert.Equal((false, false), (givesUp.IsPlaced, givesUp.NeedsRoom));
        Assert.Equal((0, false), (first.Backend!.ConnectFailures, first.Backend.IsEjected));
        Assert.Equal((1, 1), (stage.Counters.ReadClosed(CloseReason.ResourceExhausted), stage.Counters.ReadDropped(DropReason.NoResources)));
        stage.AssertHeld(0);
    }

    [Fact]
    public void Retry_ListenerAndEngineAreFull_NeedsNoRoomForAPlaceThatItHas()
    {
        var stage = new UdpStage(capacity: 1, maxConnections: 1);
        (TestFlow flow, _) = stage.Admit();

        Placement next = stage.Forwarder.Retry(flow, ConnectFailure.Refused, hasMadeRoom: false);

        Assert.True(next.IsPlaced);
        Assert.Empty(stage.Evictor.Asked);
    }

    [Fact]
    public void Retry_WhileDraining_GoesOn()
    {
        var stage = new UdpStage();
        (TestFlow flow, _) = stage.Admit();
        stage.Forwarder.Drain();

        Assert.True(stage.Forwarder.Retry(flow, ConnectFailure.Refused, hasMadeRoom: false).IsPlaced);
    }

    [Fact]
    public void Retry_SchedulerThrows_CostsThatFlowAndNothingElse()
    {
        var stage = new UdpStage(scheduler: static set => new LastScheduler(set.Count) { ThrowsFor = 1 });
        (TestFlow flow, _) = stage.Admit();

        Placement next = stage.Forwarder.Retry(flow, ConnectFailure.Refused, hasMadeRoom: false);
        stage.Forwarder.Ended(flow, CloseReason.BackendRefused, 2000);

        Assert.False(next.IsPlaced);
        stage.AssertHeld(0);
    }

    [Fact]
    public void Retry_ClientIsPinned_PinsItToTheNext()
    {
        var stage = new UdpStage(backends: 3, affinity: true);
        (TestFlow flow, Placement first) = stage.Admit();

        Placement next = stage.Forwarder.Retry(flow, ConnectFailure.Refused, hasMadeRoom: false);
        (TestFlow later, _) = stage.Admit("198.51.100.7:6000");

        Assert.NotSame(first.Backend, next.Backend);
        Assert.Same(next.Backend, later.Backend);
    }

    [Fact]
    public void Retry_ThreeDatagramsWereSent_OnlyTheReplyToTheFirstIsWaitedFor()
    {
        FlowRules rules = FlowRules.Default with { Responses = 1 };
        var stage = new UdpStage(rules: rules);
        (TestFlow flow, _) = stage.Admit();
        flow.State.CountRequests(3, 30);

        stage.Forwarder.Retry(flow, ConnectFailure.Refused, hasMadeRoom: false);
        flow.State.CountReplies(1, 10);

        Assert.True(flow.State.IsComplete(rules));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Answered_BetweenFailuresToReachTheBackend_KeepsThemFromAddingUp(bool isAnswered)
    {
        var stage = new UdpStage(capacity: 64, scheduler: static set => new LastScheduler(set.Count));
        for (int i = 0; i < new PassiveHealthOptions().Failures; i++)
        {
            (TestFlow lost, _) = stage.Admit($"198.51.100.1:{i + 1}");
            stage.Forwarder.Retry(lost, ConnectFailure.Unreachable, hasMadeRoom: false);
            stage.Forwarder.Ended(lost, CloseReason.ConnectFailed, 2000);
            (TestFlow served, _) = stage.Admit($"198.51.100.2:{i + 1}");
            if (isAnswered)
            {
                stage.Forwarder.Answered(served);
            }
        }

        Assert.Equal(!isAnswered, stage.Backends[^1].IsEjected);
    }
}
