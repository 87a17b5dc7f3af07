// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Inspection;
using LbEngine.Lifecycle;
using LbEngine.Tests.Connections;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Transport;

namespace LbEngine.Tests.Forwarding;

/// <summary>What a transport of several threads may meet: a client that is placed as it has to go, and one that comes when nobody has gone yet.</summary>
public sealed class InspectionRoomTests
{
    private readonly TcpStage _stage = new(inspects: true);

    [Fact]
    public void Inspect_ChosenOnceItHasToGo_IsTurnedAwayAndHoldsNoBackend()
    {
        (TestConnection oldest, TestConnection newcomer) = (new TestConnection(), new TestConnection());
        var holder = new TestHolder();
        _stage.Listener.MaxInspecting = 1;
        Arrive(oldest, holder);
        Arrive(newcomer, holder);

        Inspected inspected = _stage.Forwarder.Inspect(oldest, HeaderInspection.Line("site"));
        _stage.Forwarder.Refused(oldest, inspected.Reason, 2000);

        Assert.Same(oldest, Assert.Single(holder.Ended));
        Assert.Equal((InspectionOutcome.Rejected, RejectReason.InspectionLimit), (inspected.Outcome, inspected.Reason));
        Assert.Null(oldest.Backend);
        Assert.Equal((1, 1, 1), (_stage.Listener.Inspected.Count, _stage.Listener.ActiveCount, _stage.Table.Count));
    }

    [Fact]
    public void Inspect_ChosenBeforeAnotherComes_IsPlacedAndNobodyHasToGo()
    {
        (TestConnection first, TestConnection newcomer) = (new TestConnection(), new TestConnection());
        var holder = new TestHolder();
        _stage.Listener.MaxInspecting = 1;
        Arrive(first, holder);

        Inspected inspected = _stage.Forwarder.Inspect(first, HeaderInspection.Line("site"));
        Placement placement = _stage.Forwarder.Place(first, 1000);
        Arrive(newcomer, holder);
        _stage.Forwarder.Ended(first, CloseReason.Completed, 2000);

        Assert.Equal(InspectionOutcome.Chosen, inspected.Outcome);
        Assert.True(placement.IsPlaced, "The client was not placed.");
        Assert.Empty(holder.Ended);
        Assert.Equal((1, 1), (_stage.Listener.Inspected.Count, _stage.Table.Count));
    }

    [Fact]
    public void Arrive_TooManyHaveToGoAlready_IsTurnedAwayAndHoldsNothing()
    {
        _stage.Listener.MaxInspecting = 1;
        for (int i = 0; i <= InspectionCrowd.MostLeaving; i++)
        {
            Assert.True(_stage.Listener.Inspected.TryEnter(1, out _));
        }

        var newcomer = new TestConnection();
        Placement placement = Arrive(newcomer, new TestHolder());

        Assert.Equal(RejectReason.InspectionLimit, placement.Reason);
        Assert.Equal((0, 0, 0), (_stage.Listener.ActiveCount, _stage.Table.Count, _stage.Budget.Count));
        Assert.Equal(1, _stage.Counters.ReadRejected(RejectReason.InspectionLimit));
        Assert.Equal(RejectReason.InspectionLimit, _stage.Sink.Last.Refusal);
        Assert.Equal(1 + InspectionCrowd.MostLeaving, _stage.Listener.Inspected.Count);
    }

    private Placement Arrive(TestConnection connection, TestHolder holder)
    {
        _stage.Forwarder.MayAccept(_stage.Listener);
        return _stage.Forwarder.Arrive(connection, new Arrival(_stage.Listener, ConnectionTableTests.Key(1).Client, 0, 1000) { Holder = holder });
    }
}
