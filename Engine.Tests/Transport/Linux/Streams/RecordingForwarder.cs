// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Tables;
using LbEngine.Transport;

namespace LbEngine.Tests.Transport.Linux.Streams;

/// <summary>Places nobody; remembers what a transport reported of the one connection that a test has made.</summary>
internal sealed class RecordingForwarder(ConnectionTable table) : ITcpForwarder
{
    public Side? FirstSpeaker { get; private set; }

    public CloseReason? Reason { get; private set; }

    public long BytesToBackend { get; private set; }

    public long BytesToClient { get; private set; }

    public AcceptDecision MayAccept(Listener listener) => AcceptDecision.Hold;

    public void NotAccepted(Listener listener)
    {
    }

    public void Held(Listener listener, int change)
    {
    }

    public void NobodyWaits(Listener listener)
    {
    }

    public bool MayHaveGoneRound(in Arrival arrival) => false;

    public Placement Arrive(Connection connection, in Arrival arrival) => Placement.Rejected(RejectReason.NoBackend);

    public Inspected Inspect(Connection connection, ReadOnlySpan<byte> bytes) => throw new InvalidOperationException("No inspection is configured.");

    public void SourceFailed(Backend backend, in SourceChoice source, SourceProblem problem, long nowMilliseconds)
    {
    }

    public Placement Place(Connection connection, long nowMilliseconds) => Placement.Rejected(RejectReason.NoBackend);

    public Placement Retry(Connection connection, ConnectFailure failure, long nowMilliseconds) => Placement.Rejected(RejectReason.NoBackend);

    public Placement PlaceAgain(Connection connection, long nowMilliseconds) => Placement.Rejected(RejectReason.NoBackend);

    public void Connected(Connection connection, long nowMilliseconds)
    {
    }

    public int WriteHeader(Connection connection, EndPointKey local, Span<byte> header) => 0;

    public void Established(Connection connection, Side firstSpeaker, long nowMilliseconds) => FirstSpeaker = firstSpeaker;

    public void Refused(Connection connection, RejectReason reason, long nowMilliseconds) => throw new InvalidOperationException("Nothing was inspected.");

    public void Ended(Connection connection, CloseReason reason, long nowMilliseconds)
    {
        Assert.Null(Reason);
        Reason = reason;
        ref ConnectionEntry entry = ref table.GetEntry(connection.Handle);
        (BytesToBackend, BytesToClient) = (entry.BytesToBackend, entry.BytesToClient);
        connection.HoldsEntry = false;
        table.TryRemove(connection.Handle);
    }
}
