// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Tables;

namespace LbEngine.Tests.Forwarding;

/// <summary>One flow from its first datagram to its end.</summary>
public sealed class UdpForwarderTests
{
    [Fact]
    public void Admit_FirstDatagram_TakesTheRowAndEveryCount()
    {
        var stage = new UdpStage(maxConnectionsPerClient: 5);

        (TestFlow flow, Placement placement) = stage.Admit();

        Assert.Same(flow.Backend, placement.Backend);
        stage.AssertHeld(1);
        Assert.Equal(1, stage.Limiter.ClientCount);
        Assert.Equal(1, stage.Listener.AcceptedCount);
        Assert.True(stage.Table.TryRead(flow.Handle, out ConnectionSnapshot row));
        Assert.Equal((EntryKind.Flow, ConnectionPhase.Connecting, placement.Backend!.Id), (row.Kind, row.Phase, row.BackendId));
        Assert.True(stage.Table.TryFind(row.Key, out ConnectionHandle found));
        Assert.Equal(flow.Handle, found);
    }

    [Fact]
    public void Admit_FlowOfALocalAddress_IsFoundUnderThatAddressOnly()
    {
        var stage = new UdpStage();
        var flow = new TestFlow { LocalAddressId = 9 };

        stage.Admit(flow: flow);

        var key = new FlowKey(flow.Client, stage.Listener.Id, 9);
        Assert.True(stage.Table.TryFind(key, out _));
        Assert.False(stage.Table.TryFind(key with { LocalAddressId = 0 }, out _));
    }

    [Theory]
    [InlineData(0, EntryKind.Flow)]
    [InlineData(1, EntryKind.DetachedFlow)]
    [InlineData(2, EntryKind.Flow)]
    public void Admit_ByRequests_DetachesOnlyFlowsOfOneDatagram(int requests, object kind)
    {
        var stage = new UdpStage(rules: FlowRules.Default with { Requests = requests });

        (TestFlow flow, _) = stage.Admit();

        Assert.True(stage.Table.TryRead(flow.Handle, out ConnectionSnapshot row));
        Assert.Equal(kind, row.Kind);
    }

    [Fact]
    public void Admit_RequestsOneAndOneClientSendsAgain_BothFlowsLive()
    {
        var stage = new UdpStage(rules: FlowRules.Default with { Requests = 1 });

        (TestFlow first, _) = stage.Admit();
        (TestFlow second, _) = stage.Admit();

        Assert.NotSame(first.Backend, second.Backend);
        stage.AssertHeld(2);
    }

    [Fact]
    public void Admit_SameKeyIsThereAlready_IsRejectedAndHoldsNothing()
    {
        var stage = new UdpStage();
        stage.Admit();

        (_, Placement placement) = stage.Admit();

        Assert.Equal(RejectReason.ProcessLimit, placement.Reason);
        stage.AssertHeld(1);
    }

    [Fact]
    public void Answered_FirstReply_ShowsInTheTable()
    {
        var stage = new UdpStage();
        (TestFlow flow, _) = stage.Admit();

        stage.Forwarder.Answered(flow);

        Assert.True(stage.Table.TryRead(flow.Handle, out ConnectionSnapshot row));
        Assert.Equal(ConnectionPhase.Relaying, row.Phase);
    }

    [Theory]
    [InlineData(OperatorState.Ready, HealthState.Up, true)]
    [InlineData(OperatorState.Draining, HealthState.Up, true)]
    [InlineData(OperatorState.Maintenance, HealthState.Up, false)]
    [InlineData(OperatorState.Ready, HealthState.Down, false)]
    public void Keeps_BackendChanges_DecidesWhetherTheFlowGoesOn(OperatorState operatorState, HealthState health, bool expected)
    {
        var stage = new UdpStage();
        (TestFlow flow, _) = stage.Admit();
        flow.Backend!.OperatorState = operatorState;
        flow.Backend.HealthState = health;
        stage.Pool.Publish();

        Assert.Equal(expected, stage.Forwarder.Keeps(flow));
    }

    [Theory]
    [InlineData(CloseReason.Completed)]
    [InlineData(CloseReason.IdleTimeout)]
    [InlineData(CloseReason.Unanswered)]
    [InlineData(CloseReason.BackendRefused)]
    [InlineData(CloseReason.BackendLeft)]
    [InlineData(CloseReason.Evicted)]
    [InlineData(CloseReason.Drained)]
    [InlineData(CloseReason.Stopped)]
    public void Ended_EveryReason_GivesEverythingBackAndIsCountedOnce(CloseReason reason)
    {
        var stage = new UdpStage(maxConnectionsPerClient: 5, affinity: true);
        (TestFlow flow, _) = stage.Admit();
        Backend backend = flow.Backend!;

        stage.Forwarder.Ended(flow, reason, 2000);

        stage.AssertHeld(0);
        Assert.Equal(0, stage.Limiter.ClientCount);
        Assert.Equal(0, stage.Affinity!.Count(1_000_000));
        Assert.All(Enum.GetValues<CloseReason>(), other => Assert.Equal(other == reason ? 1 : 0, stage.Counters.ReadClosed(other)));
        Assert.Equal(reason == CloseReason.BackendRefused ? 1 : 0, backend.ConnectFailures);
        Assert.Equal(reason == CloseReason.BackendRefused, backend.IsEjected);
        Assert.Equal(reason == CloseReason.BackendRefused ? 1 : 0, stage.Counters.ReadDropped(DropReason.Refused));
    }

    [Fact]
    public void Ended_DetachedFlow_GivesBackTheRowThatItMovedTo()
    {
        var stage = new UdpStage();
        (TestFlow flow, _) = stage.Admit();
        ConnectionHandle handle = flow.Handle;
        Assert.True(stage.Table.TryDetach(ref handle));
        flow.Handle = handle;

        stage.Forwarder.Ended(flow, CloseReason.Completed, 2000);

        stage.AssertHeld(0);
    }

    [Fact]
    public void Dropped_ManyAtOnce_CountsByReasonAndListener()
    {
        var stage = new UdpStage();

        stage.Forwarder.Dropped(stage.Listener, DropReason.ReplyRatio, 3);
        stage.Forwarder.Dropped(stage.Listener, DropReason.Truncated, 1);
        stage.Forwarder.Dropped(stage.OtherListener, DropReason.ReplyRatio, 10);

        Assert.Equal((13, 1), (stage.Counters.ReadDropped(DropReason.ReplyRatio), stage.Counters.ReadDropped(DropReason.Truncated)));
        Assert.Equal((4, 10), (stage.Listener.Datagrams.Dropped, stage.OtherListener.Datagrams.Dropped));
    }
}
