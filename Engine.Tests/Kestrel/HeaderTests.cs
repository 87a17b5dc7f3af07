// SPDX-License-Identifier: MIT
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Inspection.ProxyProtocol;

namespace LbEngine.Tests.Kestrel;

/// <summary>What becomes of a connection with a header that is believed.</summary>
public sealed class HeaderTests
{
    private readonly MiddlewareStage _stage = new();

    public static TheoryData<byte[], string, string> OfClients() => new()
    {
        { Headers.Text("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443"), Headers.Source, Headers.Destination },
        { Headers.Text("PROXY TCP6 2001:db8::1 2001:db8::7 56324 443"), Headers.Source6, Headers.Destination6 },
        { Headers.Text("PROXY TCP6 ::ffff:192.0.2.1 2001:db8::7 56324 443"), Headers.Source, Headers.Destination6 },
        { Headers.Binary(0x21, 0x11, Headers.Addresses(Headers.Source, Headers.Destination)), Headers.Source, Headers.Destination },
        { Headers.Binary(0x21, 0x21, Headers.Addresses(Headers.Source6, Headers.Destination6)), Headers.Source6, Headers.Destination6 },
    };

    public static TheoryData<byte[], bool> OfNobody() => new()
    {
        { Headers.Text("PROXY UNKNOWN"), false },
        { Headers.Text("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535"), false },
        { Headers.Binary(0x20, 0x00, []), true },
        { Headers.Binary(0x20, 0x11, Headers.Addresses(Headers.Source, Headers.Destination)), true },
        { Headers.Binary(0x21, 0x00, [9, 9, 9]), false },
        { Headers.Binary(0x21, 0x31, new byte[216]), false },
    };

    [Theory]
    [MemberData(nameof(OfClients))]
    public async Task Header_OfAClient_MakesTheConnectionItsOwn(byte[] header, string source, string destination)
    {
        ScriptedConnection connection = await _stage.ServeAsync(header);

        Assert.True(connection.IsServed);
        Assert.Equal((source, destination), connection.EndPoints);
        Assert.Equal((source, destination), (connection.Told?.Source?.ToString(), connection.Told?.Destination?.ToString()));
        Assert.Equal(header[0] == 'P' ? 1 : 2, connection.Told?.Version);
        Assert.Equal(
            (ScriptedConnection.Peer, ScriptedConnection.Own),
            (connection.Told?.TransportRemoteEndPoint?.ToString(), connection.Told?.TransportLocalEndPoint?.ToString()));
    }

    [Theory]
    [MemberData(nameof(OfNobody))]
    public async Task Header_OfNobody_LeavesTheAddresses(byte[] header, bool isLocal)
    {
        ScriptedConnection connection = await _stage.ServeAsync(header);

        Assert.True(connection.IsServed);
        Assert.Equal((ScriptedConnection.Peer, ScriptedConnection.Own), connection.EndPoints);
        Assert.Equal((null, null, isLocal), (connection.Told!.Source, connection.Told.Destination, connection.Told.IsLocal));
    }

    [Fact]
    public async Task Header_SplitAtEveryByte_IsTakenWithItsLastOne()
    {
        foreach (byte[] header in Headers.Whole)
        {
            (ScriptedConnection connection, Task running) = _stage.Accept();
            for (int i = 0; i < header.Length; i++)
            {
                Assert.False(connection.IsServed || running.IsCompleted, $"served with {i} bytes of {Convert.ToHexString(header)}");
                await connection.SendAsync(header.AsMemory(i, 1));
            }

            await running.WaitAsync(Waiting.DefaultLimit);
            Assert.True(connection.IsServed);
            Assert.Equal(Headers.Read(header).Header.Source?.ToString(), connection.Told?.Source?.ToString());
            Assert.Equal("", connection.TakeUnread());
        }
    }

    [Fact]
    public async Task Header_StreamBehindItInTheSameRead_IsThereForWhoeverComesNext()
    {
        foreach (byte[] header in Headers.Whole)
        {
            for (int cut = 0; cut < header.Length; cut += 7)
            {
                (ScriptedConnection connection, Task running) = _stage.Accept();
                await connection.SendAsync(header.AsMemory(0, cut));
                await connection.SendAsync((byte[])[.. header[cut..], .. "GET / "u8]);
                await running.WaitAsync(Waiting.DefaultLimit);

                Assert.Equal("GET / ", connection.TakeUnread());
            }
        }
    }

    [Fact]
    public async Task Header_AsLongAsCanBeAndInManyPieces_IsTakenWhole()
    {
        byte[] addresses = Headers.Addresses(Headers.Source, Headers.Destination);
        byte[] padding = Headers.Field(0x04, new byte[ProxyHeaderReader.MostBytes - 16 - addresses.Length - 3 - 7]);
        byte[] header = Headers.Binary(0x21, 0x11, [.. addresses, .. padding, .. Headers.Field(0x05, "last"u8)]);
        Assert.Equal(ProxyHeaderReader.MostBytes, header.Length);
        (ScriptedConnection connection, Task running) = _stage.Accept();

        foreach (byte[] piece in header.Chunk(999))
        {
            await connection.SendAsync(piece);
        }

        await running.WaitAsync(Waiting.DefaultLimit);
        Assert.Equal("last"u8.ToArray(), connection.Told?.UniqueId?.ToArray());
    }

    [Fact]
    public async Task Header_Taken_LeavesNoTimer()
    {
        await _stage.ServeAsync(Headers.Text("PROXY UNKNOWN"));

        Assert.Equal(0, _stage.Time.ArmedTimers);
        Assert.Empty(_stage.Refusals);
    }
}
