// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Transport.Sockets.Streams;

namespace LbEngine.Tests.Transport.Sockets;

public sealed class SocketClosingTests : IDisposable
{
    private readonly Socket _near = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _far;

    public SocketClosingTests()
    {
        using Socket listener = RelayedPair.Listen();
        _near.Connect(listener.LocalEndPoint!);
        _far = listener.Accept();
    }

    [Fact]
    public async Task IsReset_ResetWasMetByAnotherOperation_IsStillTrueOnLinux()
    {
        _far.SendReset();
        SocketError met = (await _near.ReceiveEndAsync()).Error;
        int after = _near.Receive(new byte[10]);

        bool isReset = SocketClosing.IsReset(_near);

        Assert.Equal(SocketError.ConnectionReset, met);
        Assert.Equal(0, after);
        Assert.Equal(OperatingSystem.IsLinux(), isReset);
    }

    [Fact]
    public async Task IsReset_PeerHasOnlyEnded_IsFalse()
    {
        _far.Shutdown(SocketShutdown.Send);
        await _near.ReceiveEndAsync();

        Assert.False(SocketClosing.IsReset(_near));
    }

    [Theory]
    [InlineData(true, SocketError.ConnectionReset)]
    [InlineData(false, SocketError.Success)]
    public async Task Close_UnderAPendingReceive_PeerSeesWhatWasMeant(bool withReset, SocketError expected)
    {
        Task<int> pending = _near.ReceiveAsync(new byte[10]);

        SocketClosing.Close(_near, withReset);

        Assert.Equal(expected, (await _far.ReceiveEndAsync()).Error);
        await Assert.ThrowsAnyAsync<SocketException>(() => Waiting.For("the pending receive to be aborted", pending));
    }

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
    }
}
