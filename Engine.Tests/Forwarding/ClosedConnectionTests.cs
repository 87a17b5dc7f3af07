// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Inspection;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Transport;

namespace LbEngine.Tests.Forwarding;

/// <summary>The one record of each end and each refusal, and that everything was given back by then.</summary>
public sealed class ClosedConnectionTests
{
    [Fact]
    public void Ended_RelayedConnection_TellsWhoWhereHowLongAndHowMuch()
    {
        var stage = new TcpStage();
        var connection = new TestConnection();
        Placement placement = stage.Arrive(connection, now: 1000);
        stage.Forwarder.Connected(connection, 1007);
        stage.Forwarder.Established(connection, Side.Client, 1010);
        stage.Table.GetEntry(connection.Handle).BytesToBackend = 11;
        stage.Table.GetEntry(connection.Handle).BytesToClient = 22;

        stage.Forwarder.Ended(connection, CloseReason.Completed, 1100);

        ClosedConnection closed = stage.Sink.Last;
        Assert.Equal(("web", "site", placement.Backend!.Name, 1), (closed.Listener.Name, closed.Pool!.Name, closed.Backend!.Name, closed.Attempts));
        Assert.Equal(("198.51.100.7:5000", "198.51.100.7:5000"), (closed.Client.ToString(), closed.Peer.ToString()));
        Assert.Equal((0L, 7L, 10L, 100L), (closed.InspectMilliseconds, closed.ConnectMilliseconds, closed.FirstByteMilliseconds, closed.TotalMilliseconds));
        Assert.Equal((11L, 22L, CloseReason.Completed, false), (closed.BytesToBackend, closed.BytesToClient, closed.Reason, closed.IsRefused));
        Assert.Equal(1, stage.Counters.ReadClosed(CloseReason.Completed));
        AssertNothingHeld(stage, 1);
    }

    [Fact]
    public void Ended_NoBackendAnswers_TellsOfEveryAttemptAndOfNoHandshake()
    {
        var stage = new TcpStage();
        var connection = new TestConnection();
        stage.Arrive(connection);
        bool isPlaced = stage.Forwarder.Retry(connection, ConnectFailure.Refused, 1000).IsPlaced;
        bool isPlacedAgain = stage.Forwarder.Retry(connection, ConnectFailure.TimedOut, 1000).IsPlaced;

        stage.Forwarder.Ended(connection, CloseReason.ConnectTimeout, 1500);

        Assert.Equal((true, false), (isPlaced, isPlacedAgain));
        Assert.Equal((2, Connection.NotYet, 500L), (stage.Sink.Last.Attempts, stage.Sink.Last.ConnectMilliseconds, stage.Sink.Last.TotalMilliseconds));
        Assert.Null(stage.Sink.Last.Backend);
        AssertNothingHeld(stage, 1);
    }

    [Fact]
    public void Ended_InspectedClient_TellsWhoItIsAndWhoHasConnected()
    {
        var stage = new TcpStage(inspects: true);
        var connection = new TestConnection();
        Placement arrived = stage.Arrive(connection, now: 1000);
        Inspected inspected = stage.Forwarder.Inspect(connection, HeaderInspection.Line("site", "203.0.113.5:99"));
        stage.Forwarder.Place(connection, 1040);
        stage.Forwarder.Connected(connection, 1045);
        stage.Forwarder.Ended(connection, CloseReason.IdleTimeout, 2000);

        Assert.True(arrived.MustInspect);
        Assert.Equal((InspectionOutcome.Chosen, HeaderInspection.Line("site", "203.0.113.5:99").Length), (inspected.Outcome, inspected.BytesToSkip));
        Assert.Equal(("203.0.113.5:99", "198.51.100.7:5000"), (stage.Sink.Last.Client.ToString(), stage.Sink.Last.Peer.ToString()));
        ClosedConnection last = stage.Sink.Last;
        Assert.Equal((40L, 5L, Connection.NotYet), (last.InspectMilliseconds, last.ConnectMilliseconds, last.FirstByteMilliseconds));
        AssertNothingHeld(stage, 1);
    }

    [Fact]
    public void Refused_InspectTimeout_IsOneRecordAndCountsForEngineAndListener()
    {
        var stage = new TcpStage(inspects: true);
        var connection = new TestConnection();
        stage.Arrive(connection, now: 1000);

        stage.Forwarder.Refused(connection, RejectReason.InspectTimeout, 6000);

        Assert.Equal((RejectReason.InspectTimeout, true, 5000L), (stage.Sink.Last.Refusal, stage.Sink.Last.IsRefused, stage.Sink.Last.TotalMilliseconds));
        Assert.Null(stage.Sink.Last.Pool);
        Assert.Equal((1L, 1L), (stage.Counters.ReadRejected(RejectReason.InspectTimeout), stage.Listener.RejectedCount));
        AssertNothingHeld(stage, 1);
    }

    [Fact]
    public void Arrive_Refused_IsOneRecord()
    {
        var stage = new TcpStage(maxConnectionsPerClient: 1);
        var first = new TestConnection();
        stage.Arrive(first, "198.51.100.7:1");

        Placement second = stage.Arrive(new TestConnection(), "198.51.100.7:2");
        RejectReason refusal = stage.Sink.Last.Refusal;
        stage.Forwarder.Ended(first, CloseReason.Completed, 1001);

        Assert.Equal((RejectReason.ClientLimit, RejectReason.ClientLimit), (second.Reason, refusal));
        AssertNothingHeld(stage, 2);
    }

    [Fact]
    public void Arrive_EngineFullAndRefusing_IsOneRecordWithoutAPool()
    {
        var stage = new TcpStage(holdsWhenFull: false);
        TestConnection[] held = [.. Enumerable.Range(0, 4).Select(_ => new TestConnection())];
        Array.ForEach(held, connection => stage.Arrive(connection));

        Placement placement = stage.Arrive(new TestConnection());

        Assert.Equal((RejectReason.ProcessLimit, RejectReason.ProcessLimit, 1), (placement.Reason, stage.Sink.Last.Refusal, stage.Sink.Records));
        Array.ForEach(held, connection => stage.Forwarder.Ended(connection, CloseReason.Completed, 1001));
        AssertNothingHeld(stage, 5);
    }

    [Fact]
    public void Ended_Flow_TellsItsDatagramsAndItsBytes()
    {
        var stage = new UdpStage();
        (TestFlow flow, Placement placement) = stage.Admit();
        flow.State.CountRequests(2, 30);
        flow.State.CountReplies(1, 500);

        stage.Forwarder.Ended(flow, CloseReason.IdleTimeout, 9000);

        ClosedConnection closed = stage.Sink.Last;
        Assert.Equal((1, "198.51.100.7:5000", placement.Backend), (stage.Sink.Records, closed.Client.ToString(), closed.Backend));
        Assert.Equal((2L, 1L, 30L, 500L), (closed.Requests, closed.Replies, closed.BytesToBackend, closed.BytesToClient));
        Assert.Equal((8000L, CloseReason.IdleTimeout, false), (closed.TotalMilliseconds, closed.Reason, closed.IsRefused));
    }

    [Fact]
    public void Admit_FlowRefused_IsOneRecord()
    {
        var stage = new UdpStage(backends: 0);

        stage.Admit();

        Assert.Equal((1, RejectReason.NoBackend), (stage.Sink.Records, stage.Sink.Last.Refusal));
        Assert.Equal((1L, 1L), (stage.Counters.ReadRejected(RejectReason.NoBackend), stage.Listener.RejectedCount));
    }

    private static void AssertNothingHeld(TcpStage stage, int records)
    {
        Assert.Equal(records, stage.Sink.Records);
        Assert.Equal((0, 0, 0), (stage.Budget.Count, stage.Table.Count, stage.Listener.ActiveCount));
        Assert.All(stage.Pool.Current.BySlot.ToArray(), backend => Assert.Equal(0, backend!.ActiveCount));
    }
}
