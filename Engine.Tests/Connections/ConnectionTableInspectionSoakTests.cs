// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Connections;
using LbEngine.Tables;

namespace LbEngine.Tests.Connections;

/// <summary>Rows whose client changes while others read: nobody may see half of each.</summary>
public sealed class ConnectionTableInspectionSoakTests
{
    private const int Rounds = 100_000;

    private static readonly EndPointKey Peer = Key(0x11);
    private static readonly EndPointKey Real = Key(0x77);

    [Fact]
    public void EndInspection_OthersRead_NobodySeesHalfAnAddress()
    {
        var table = new ConnectionTable(4);
        bool isOver = false;
        int torn = 0;
        int early = 0;
        var readers = new Thread[2];
        for (int i = 0; i < readers.Length; i++)
        {
            readers[i] = new Thread(() =>
            {
                while (!Volatile.Read(ref isOver))
                {
                    int cursor = 0;
                    while (table.TryReadNext(ref cursor, out ConnectionSnapshot row))
                    {
                        bool isPeer = row.Key.Client == Peer;
                        bool knowsPeer = row.Peer == (isPeer ? default : Peer);
                        Interlocked.Add(ref torn, (isPeer || row.Key.Client == Real) && knowsPeer ? 0 : 1);
                        Interlocked.Add(ref early, row.Phase == ConnectionPhase.Inspecting == isPeer ? 0 : 1);
                    }
                }
            });
            readers[i].Start();
        }

        for (int round = 0; round < Rounds; round++)
        {
            table.TryAdd(new FlowKey(Peer, 1), 0, 0, round, out ConnectionHandle handle, phase: ConnectionPhase.Inspecting);
            table.EndInspection(handle, Real, Peer);
            table.TryRemove(handle);
        }

        Volatile.Write(ref isOver, true);
        Assert.All(readers, static reader => Assert.True(reader.Join(TimeSpan.FromSeconds(20)), "A reader did not come to an end in 20 s."));
        Assert.Equal((0, 0), (torn, early));
    }

    [Fact]
    public void EndInspection_Row_KeepsItsHandleAndItsCounts()
    {
        var table = new ConnectionTable(4);
        table.TryAdd(new FlowKey(Peer, 3), 9, 1, 50, out ConnectionHandle handle, phase: ConnectionPhase.Inspecting);
        table.TryRead(handle, out ConnectionSnapshot before);

        table.EndInspection(handle, Real, Peer);
        bool isFound = table.TryRead(handle, out ConnectionSnapshot after);

        Assert.True(isFound);
        Assert.Equal(ConnectionPhase.Inspecting, before.Phase);
        Assert.Equal(before with { Key = new FlowKey(Real, 3), Phase = ConnectionPhase.Connecting, Peer = Peer }, after);
    }

    [Fact]
    public void TryAdd_RowOfOneWhoWasBrought_ForgetsByWhom()
    {
        var table = new ConnectionTable(1);
        table.TryAdd(new FlowKey(Peer, 3), 9, 1, 50, out ConnectionHandle first, phase: ConnectionPhase.Inspecting);
        table.EndInspection(first, Real, Peer);
        table.TryRemove(first);

        table.TryAdd(new FlowKey(Peer, 3), 9, 1, 50, out ConnectionHandle second);
        table.TryRead(second, out ConnectionSnapshot row);

        Assert.Equal(default, row.Peer);
    }

    private static EndPointKey Key(byte value)
    {
        var bytes = new byte[16];
        Array.Fill(bytes, value);
        return EndPointKey.From(new IPEndPoint(new IPAddress(bytes), (value << 8) | value));
    }
}
