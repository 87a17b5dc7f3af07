// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Tables;

namespace LbEngine.Tests.Forwarding;

/// <summary>Datagrams that begin no flow: every reason, its counters, and that nothing stays taken.</summary>
public sealed class UdpForwarderRejectionTests
{
    [Fact]
    public void Admit_ProcessFull_EvictsTheOldestUnansweredOfAnyListenerOnce()
    {
        var stage = new UdpStage(capacity: 2);
        TestFlow oldest = stage.AdmitUnanswered("198.51.100.1:1", stage.OtherListener);
        stage.AdmitUnanswered("198.51.100.2:2");

        (TestFlow flow, Placement placement) = stage.Admit("198.51.100.3:3");

        Assert.True(placement.IsPlaced);
        Assert.Equal([null], stage.Evictor.Asked);
        Assert.Null(oldest.Backend);
        Assert.NotNull(flow.Backend);
        Assert.Equal(1, stage.Counters.ReadClosed(CloseReason.Evicted));
        stage.AssertHeld(2);
    }

    [Fact]
    public void Admit_ListenerFull_EvictsOnlyAmongItsOwnFlows()
    {
        var stage = new UdpStage(maxConnections: 1);
        TestFlow foreign = stage.AdmitUnanswered("198.51.100.1:1", stage.OtherListener);
        TestFlow own = stage.AdmitUnanswered("198.51.100.2:2");

        (_, Placement placement) = stage.Admit("198.51.100.3:3");

        Assert.True(placement.IsPlaced);
        Assert.Equal([stage.Listener], stage.Evictor.Asked);
        Assert.NotNull(foreign.Backend);
        Assert.Null(own.Backend);
        stage.AssertHeld(2);
    }

    [Theory]
    [InlineData(true, RejectReason.ProcessLimit)]
    [InlineData(false, RejectReason.ListenerLimit)]
    public void Admit_FullOfAnsweredFlows_AsksOnceAndIsRejected(bool process, RejectReason reason)
    {
        var stage = new UdpStage(capacity: process ? 1 : 10, maxConnections: process ? 10 : 1);
        stage.Admit("198.51.100.1:1");

        (TestFlow flow, Placement placement) = stage.Admit("198.51.100.2:2");

        AssertRejected(stage, flow, placement, reason);
        Assert.Single(stage.Evictor.Asked);
        stage.AssertHeld(1);
    }

    [Theory]
    [InlineData(true, RejectReason.ProcessLimit)]
    [InlineData(false, RejectReason.ListenerLimit)]
    public void Admit_PlaceIsGoneAgainAfterTheEviction_DoesNotAskTwice(bool process, RejectReason reason)
    {
        var stage = new UdpStage(capacity: process ? 1 : 10, maxConnections: process ? 10 : 1);
        stage.Admit("198.51.100.1:1");
        stage.Evictor.IsTooLate = true;

        (TestFlow flow, Placement placement) = stage.Admit("198.51.100.2:2");

        AssertRejected(stage, flow, placement, reason);
        Assert.Single(stage.Evictor.Asked);
        stage.AssertHeld(1);
    }

    [Fact]
    public void Admit_ProcessFullAndListenerFull_EvictingAnotherListenersFlowIsNotEnough()
    {
        var stage = new UdpStage(capacity: 2, maxConnections: 1);
        stage.AdmitUnanswered("198.51.100.1:1", stage.OtherListener);
        stage.Admit("198.51.100.2:2");

        (TestFlow flow, Placement placement) = stage.Admit("198.51.100.3:3");

        AssertRejected(stage, flow, placement, RejectReason.ListenerLimit);
        Assert.Equal([null], stage.Evictor.Asked);
        stage.AssertHeld(1);
    }

    [Fact]
    public void Admit_FromAnOwnListener_IsRejectedBeforeAnythingIsTakenOrEvicted()
    {
        var stage = new UdpStage(capacity: 1);
        stage.AdmitUnanswered("198.51.100.1:1");

        (TestFlow flow, Placement placement) = stage.Admit(client: "192.0.2.1:54");

        AssertRejected(stage, flow, placement, RejectReason.OwnListener);
        Assert.Empty(stage.Evictor.Asked);
        stage.AssertHeld(1);
    }

    [Fact]
    public void Admit_WhileDraining_IsRejectedAndLiveFlowsAreKept()
    {
        var stage = new UdpStage();
        (TestFlow live, _) = stage.Admit("198.51.100.1:1");

        stage.Forwarder.Drain();
        (TestFlow flow, Placement placement) = stage.Admit("198.51.100.2:2");

        AssertRejected(stage, flow, placement, RejectReason.Draining);
        Assert.True(stage.Forwarder.Keeps(live));
        stage.AssertHeld(1);
    }

    [Fact]
    public void Admit_ClientLimit_CountsFlowsOfAllPortsOfOneAddress()
    {
        var stage = new UdpStage(maxConnectionsPerClient: 2);
        stage.Admit("198.51.100.1:1");
        stage.Admit("198.51.100.1:2");

        (TestFlow flow, Placement placement) = stage.Admit("198.51.100.1:3");
        (_, Placement other) = stage.Admit("198.51.100.2:3");

        AssertRejected(stage, flow, placement, RejectReason.ClientLimit);
        Assert.True(other.IsPlaced);
        stage.AssertHeld(3);
    }

    [Fact]
    public void Admit_NoBackendTakesTraffic_HoldsNothing()
    {
        var stage = new UdpStage(backends: 0, maxConnectionsPerClient: 5, affinity: true);

        (TestFlow flow, Placement placement) = stage.Admit();

        AssertRejected(stage, flow, placement, RejectReason.NoBackend);
        stage.AssertHeld(0);
        Assert.Equal(0, stage.Limiter.ClientCount);
    }

    [Fact]
    public void Admit_SchedulerThrows_CostsThatDatagramAndNothingElse()
    {
        var stage = new UdpStage(maxConnectionsPerClient: 5, affinity: true, scheduler: static set => new LastScheduler(set.Count) { ThrowsFor = 0 });

        (TestFlow flow, Placement placement) = stage.Admit();

        AssertRejected(stage, flow, placement, RejectReason.NoBackend);
        stage.AssertHeld(0);
        Assert.Equal(0, stage.Limiter.ClientCount);
        Assert.Equal(0, stage.Affinity!.Count(1_000_000));
    }

    [Fact]
    public void Admit_TableHasNoRow_GivesBackTheBackendToo()
    {
        var stage = new UdpStage(capacity: 2, tableCapacity: 1, maxConnectionsPerClient: 5, affinity: true);
        stage.Admit("198.51.100.1:1");

        (TestFlow flow, Placement placement) = stage.Admit("198.51.100.2:2");

        AssertRejected(stage, flow, placement, RejectReason.ProcessLimit);
        stage.AssertHeld(1);
        Assert.Equal(1, stage.Limiter.ClientCount);
    }

    [Theory]
    [InlineData(true, RejectReason.ProcessLimit)]
    [InlineData(false, RejectReason.ListenerLimit)]
    public void Admit_Full_AnswersThatItNeedsRoomAndCountsNothingYet(bool process, RejectReason where)
    {
        var stage = new UdpStage(capacity: process ? 1 : 10, maxConnections: process ? 10 : 1);
        stage.Admit("198.51.100.1:1");
        var arrival = new Arrival(stage.Listener, EndPointKey.From(IPEndPoint.Parse("198.51.100.2:2")), 0, 1000);

        Placement placement = stage.Forwarder.Admit(new TestFlow(), arrival, hasMadeRoom: false);

        Assert.Equal((true, false, where), (placement.NeedsRoom, placement.IsPlaced, placement.Reason));
        Assert.Equal(process ? null : stage.Listener, placement.RoomAt(stage.Listener));
        Assert.Equal((1, 0, 0), (stage.Listener.AcceptedCount, stage.Listener.RejectedCount, stage.Listener.Datagrams.Dropped));
        stage.AssertHeld(1);
    }

    private static void AssertRejected(UdpStage stage, TestFlow flow, Placement placement, RejectReason reason)
    {
        Assert.False(placement.IsPlaced);
        Assert.Equal(reason, placement.Reason);
        Assert.Null(flow.Backend);
        Assert.False(flow.HoldsEntry || flow.HoldsListenerCount || flow.HoldsClientCount || flow.Hold.Affinity is not null, "A rejected flow holds something.");
        Assert.All(Enum.GetValues<RejectReason>(), other => Assert.Equal(other == reason ? 1 : 0, stage.Counters.ReadRejected(other)));
        Assert.Equal(1, stage.Counters.ReadDropped(DropReason.Rejected));
        Assert.Equal(1, stage.Listener.RejectedCount);
        Assert.Equal(1, stage.Listener.Datagrams.Dropped);
    }
}
