// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux.Streams;

namespace LbEngine.Tests.Transport.Linux.Streams;

public sealed class ByteMoverTests : IDisposable
{
    private readonly StreamStage _stage = new();
    private readonly ByteMover _mover;

    public ByteMoverTests() => _mover = new ByteMover(_stage.Parts);

    public void Dispose() => _stage.Dispose();

    [LinuxTheory]
    [InlineData(Side.Client)]
    [InlineData(Side.Backend)]
    internal void Read_BytesWait_HandsThemOnAndCountsThem(Side from)
    {
        (Socket source, Socket sink) = Ends(_stage, from);
        source.Send("hello"u8);
        _stage.Arrive(from);

        Assert.Equal(5, _mover.Read(_stage.Connection, from));

        Assert.Equal("hello"u8, Receive(sink, 5));
        Assert.Equal(from == Side.Client ? (5, 0) : (0, 5), (_stage.Entry.BytesToBackend, _stage.Entry.BytesToClient));
        Assert.False(_stage.Connection.End(from).Readable, "A short read shows that the socket is drained.");
        Assert.Equal(from, _stage.Forwarder.FirstSpeaker);
    }

    [LinuxFact]
    public void Read_NothingThere_SaysSoAndWaitsForTheNextReport()
    {
        _stage.Connection.ClientEnd.Readable = true;

        Assert.Equal(0, _mover.Read(_stage.Connection, Side.Client));

        Assert.False(_stage.Connection.ClientEnd.Readable);
        Assert.False(_stage.Connection.Relay.OwesFin(Side.Client));
        Assert.Null(_stage.Forwarder.FirstSpeaker);
    }

    [LinuxFact]
    public void Read_LastBytesWithTheFinBehindThem_KnowsTheEndWithoutAnotherRead()
    {
        _stage.Client.Send("bye"u8);
        _stage.Finish(Side.Client);

        Assert.Equal(3, _mover.Read(_stage.Connection, Side.Client));

        Assert.True(_stage.Connection.Relay.OwesFin(Side.Client));
    }

    [LinuxFact]
    public void Read_EndAlone_IsNoReset()
    {
        _stage.Finish(Side.Client);

        Assert.Equal(0, _mover.Read(_stage.Connection, Side.Client));

        Assert.True(_stage.Connection.Relay.OwesFin(Side.Client));
    }

    [LinuxFact]
    public void Read_PeerHasReset_SaysSo()
    {
        _stage.Client.LingerState = new LingerOption(true, 0);
        _stage.Client.Close();
        _stage.Arrive(Side.Client);

        Assert.Equal(-1, _mover.Read(_stage.Connection, Side.Client));
    }

    [LinuxFact]
    public void Read_SinkHasReset_DropsTheBytesAndCountsNone()
    {
        _stage.Backend.LingerState = new LingerOption(true, 0);
        _stage.Backend.Close();
        _stage.Arrive(Side.Backend);
        _stage.Client.Send("hello"u8);
        _stage.Arrive(Side.Client);

        Assert.Equal(5, _mover.Read(_stage.Connection, Side.Client));

        Assert.True(_stage.Connection.BackendEnd.Failed);
        Assert.Equal(0, _stage.Entry.BytesToBackend);
        Assert.False(_stage.Connection.ToBackend.HasPending);
        Assert.Equal(0, _stage.Parts.Blocks.Rented);
    }

    internal static (Socket Source, Socket Sink) Ends(StreamStage stage, Side from) =>
        from == Side.Client ? (stage.Client, stage.Backend) : (stage.Backend, stage.Client);

    internal static ReadOnlySpan<byte> Receive(Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        for (int got = 0; got < count;)
        {
            int more = socket.Receive(bytes.AsSpan(got));
            Assert.True(more > 0, $"The stream ended after {got} of {count} bytes.");
            got += more;
        }

        return bytes;
    }
}
