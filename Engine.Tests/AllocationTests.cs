// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Admission;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Inspection;
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Lifecycle;
using LbEngine.Tables;
using LbEngine.Tests.Admission;
using LbEngine.Tests.Connections;
using LbEngine.Tests.Forwarding;
using LbEngine.Tests.Inspection.ProxyProtocol;
using LbEngine.Tests.Timing;
using LbEngine.Timing;

namespace LbEngine.Tests;

public class AllocationTests
{
    [Fact]
    public void ConnectionTable_EveryOperation_AllocatesNothing()
    {
        var table = new ConnectionTable(256);

        AssertAllocatesNothing(i =>
        {
            table.TryAddIndexed(ConnectionTableTests.Key(i), 1, 0, 0, out ConnectionHandle flow, out _);
            table.TryAdd(ConnectionTableTests.Key(i), 1, 0, 0, out ConnectionHandle connection);
            table.TryFind(ConnectionTableTests.Key(i), out _);
            table.TryRead(connection, out _);
            int cursor = 0;
            table.TryReadNext(ref cursor, out _);
            table.TryRemove(flow);
            table.TryRemove(connection);
        });
    }

    [Fact]
    public void AffinityTable_EveryOperationWithEvictions_AllocatesNothing()
    {
        var table = new AffinityTable(16, 1000);

        AssertAllocatesNothing(i =>
        {
            table.TryAcquire(AffinityTableTests.Client(i), i, out _);
            table.TryPin(AffinityTableTests.Client(i), i, i, out _);
            table.Replace(AffinityTableTests.Client(i), i, i + 1, out _);
            table.Release(AffinityTableTests.Client(i), i);
        });
    }

    [Fact]
    public void ConnectionLimiter_AcquireAndRelease_AllocateNothing()
    {
        var limiter = new ConnectionLimiter(16);

        AssertAllocatesNothing(i =>
        {
            limiter.TryAcquire(1, AffinityTableTests.Client(i), 1);
            limiter.Release(1, AffinityTableTests.Client(i));
        });
    }

    [Fact]
    public void TimerWheel_EveryOperation_AllocatesNothing()
    {
        var wheel = new TimerWheel(0);
        var first = new TestTimerNode();
        var second = new TestTimerNode();

        AssertAllocatesNothing(i =>
        {
            wheel.Schedule(first, (i * 1000L) + 900_000);
            wheel.Schedule(second, i * 1000L);
            wheel.MillisecondsUntilNext(i * 1000L);
            wheel.TryTakeExpired(i * 1000L);
            wheel.Cancel(first);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TcpForwarder_WholeLifeOfAConnection_AllocatesNothing(bool inspects)
    {
        var stage = new TcpStage();
        var connection = new TestConnection();
        EndPointKey client = EndPointKey.From(IPEndPoint.Parse("198.51.100.7:5000"));
        stage.Listener.Inspection = inspects ? new FirstByte(stage.Pool) : null;

        AssertAllocatesNothing(i =>
        {
            stage.Forwarder.MayAccept(stage.Listener);
            if (stage.Forwarder.Arrive(connection, new Arrival(stage.Listener, client, 0, i)).MustInspect)
            {
                stage.Forwarder.Inspect(connection, "x"u8);
                stage.Forwarder.Place(connection, i);
            }

            stage.Forwarder.Retry(connection, ConnectFailure.NoResources, i);
            stage.Forwarder.Connected(connection, i);
            stage.Forwarder.Established(connection, Side.Client, i);
            stage.Forwarder.Ended(connection, CloseReason.Completed, i);
            connection.Reset();
        });
    }

    [Fact]
    public void TcpForwarder_ClientsCrowdEachOtherOut_AllocatesNothing()
    {
        var stage = new TcpStage(inspects: true);
        var connections = new Queue<TestConnection>([new TestConnection(), new TestConnection(), new TestConnection()]);
        EndPointKey client = EndPointKey.From(IPEndPoint.Parse("198.51.100.7:5000"));
        stage.Listener.MaxInspecting = 2;
        var holder = new TestHolder(connection =>
        {
            stage.Forwarder.Refused(connection, RejectReason.InspectionLimit, 0);
            connection.Reset();
            connections.Enqueue((TestConnection)connection);
        });

        AssertAllocatesNothing(i =>
        {
            stage.Forwarder.MayAccept(stage.Listener);
            stage.Forwarder.Arrive(connections.Dequeue(), new Arrival(stage.Listener, client, 0, i) { Holder = holder });
        });

        Assert.Equal((2, 2), (stage.Listener.Inspected.Count, stage.Table.Count));
        Assert.Equal(stage.Listener.AcceptedCount - 2, stage.Counters.ReadRejected(RejectReason.InspectionLimit));
    }

    [Theory]
    [InlineData(ProxyVersion.V1)]
    [InlineData(ProxyVersion.V2)]
    public void TcpForwarder_HeadersComeAndGo_AllocateNothing(ProxyVersion version)
    {
        var stage = new TcpStage();
        stage.Pool.SendProxy = version;
        byte[] first = version == ProxyVersion.V1
            ? Headers.Text("PROXY TCP6 2001:db8::1 2001:db8::7 56324 443")
            : Headers.Binary(0x21, 0x21, Headers.Addresses(Headers.Source6, Headers.Destination6));
        var header = new byte[ProxyHeaderWriter.MostBytes];

        int written = CarryHeaders(stage, first, header);

        Assert.Equal(first, header[..written]);
    }

    [Fact]
    public void TcpForwarder_HeadersWithFieldsComeAndGo_AllocateNothing()
    {
        var stage = new TcpStage();
        stage.Pool.SendProxy = ProxyVersion.V2;
        stage.Pool.HeaderFields = SentFields.Told | SentFields.Checksum;
        byte[] first = Headers.Binary(
            0x21, 0x11, [.. Headers.Addresses(Headers.Source, Headers.Destination), .. Headers.Field(2, "shop.example"u8), .. Headers.Field(0xEA, "vpce"u8)]);
        var header = new byte[ProxyHeaderWriter.MostBytesWithFields];

        int written = CarryHeaders(stage, first, header);

        Assert.True(written > first.Length + 7, "The name made here and the checksum are missing.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void UdpForwarder_HeadersComeAndGo_AllocateNothing(bool isOneWay)
    {
        var stage = new UdpStage(rules: FlowRules.Default with { IsOneWay = isOneWay });
        var flow = new TestFlow();
        EndPointKey inFront = Headers.Key("10.0.0.9:5000");
        stage.Listener.Inspection = new ProxyInspection(new NetworkSet([IPNetwork.Parse("10.0.0.0/8")]), ignoresOthers: false);
        stage.Pool.SendProxy = ProxyVersion.V2;
        byte[] first = Headers.Binary(0x21, 0x22, Headers.Addresses(Headers.Source6, Headers.Destination6));
        bool isSame = true;

        AssertAllocatesNothing(i =>
        {
            stage.Forwarder.Identify(stage.Listener, inFront, first, i, out DatagramSender sender);
            var arrival = new Arrival(stage.Listener, sender.Client, 0, i) { Peer = sender.Peer, Destination = sender.Destination };
            stage.Forwarder.Admit(flow, arrival, hasMadeRoom: false);
            isSame &= flow.Header.SequenceEqual(first);
            stage.Table.TryFind(new FlowKey(sender.Client, stage.Listener.Id) { Peer = sender.Peer }, out _);
            stage.Forwarder.Ended(flow, CloseReason.Completed, i);
            flow.Reset();
        });

        Assert.True(isSame);
    }

    /// <summary>Connections whose clients begin with a header, and whose backends get one. Returns the length of the last one.</summary>
    private static int CarryHeaders(TcpStage stage, byte[] first, byte[] header)
    {
        var connection = new TestConnection();
        EndPointKey inFront = Headers.Key("10.0.0.9:5000");
        stage.Listener.Inspection = new ProxyInspection(new NetworkSet([IPNetwork.Parse("10.0.0.0/8")]), ignoresOthers: false);
        int written = 0;

        AssertAllocatesNothing(i =>
        {
            stage.Forwarder.MayAccept(stage.Listener);
            stage.Forwarder.Arrive(connection, new Arrival(stage.Listener, inFront, 0, i));
            stage.Forwarder.Inspect(connection, first);
            stage.Forwarder.Place(connection, i);
            written = stage.Forwarder.WriteHeader(connection, inFront, header);
            stage.Forwarder.Connected(connection, i);
            stage.Forwarder.Ended(connection, CloseReason.Completed, i);
            connection.Reset();
        });

        return written;
    }

    private static void AssertAllocatesNothing(Action<int> operation)
    {
        for (int i = 0; i < 1000; i++)
        {
            operation(i);
        }

        // The least of a few rounds: the runtime may allocate on any thread while it compiles a better version of what runs.
        long least = long.MaxValue;
        for (int round = 1; round <= 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = round * 1000; i < (round + 1) * 1000; i++)
            {
                operation(i);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    private sealed class FirstByte(BackendPool pool) : IInspection
    {
        public int MaxBytes => 1;

        public InspectionResult Inspect(ReadOnlySpan<byte> bytes, EndPointKey peer) => InspectionResult.Choose(pool, peer, bytes.Length);
    }
}
