// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Transport.Sockets;

namespace LbEngine.Tests.Transport.Sockets;

public sealed class SocketOperationTests : IDisposable
{
    private readonly Socket _near = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _far;
    private readonly SocketOperation _operation = new();

    public SocketOperationTests()
    {
        using Socket listener = RelayedPair.Listen();
        _near.Connect(listener.LocalEndPoint!);
        _far = listener.Accept();
    }

    [Fact]
    public async Task WaitForInputAsync_BytesArrive_LeavesThemInTheKernel()
    {
        ValueTask<SocketResult> waiting = _operation.WaitForInputAsync(_near);
        bool wasCompleted = waiting.IsCompleted;
        _far.Send("abc"u8);

        SocketResult waited = await Waiting.For("input", waiting.AsTask());
        SocketResult received = await _operation.ReceiveAsync(_near, new byte[10]);

        Assert.False(wasCompleted);
        Assert.True(waited.IsSuccess);
        Assert.Equal(new SocketResult(SocketError.Success, 3), received);
    }

    [Fact]
    public async Task ReceiveAsync_PeerResets_IsAValueNotAnException()
    {
        ValueTask<SocketResult> receiving = _operation.ReceiveAsync(_near, new byte[10]);
        _far.SendReset();

        SocketResult received = await Waiting.For("the reset", receiving.AsTask());

        Assert.Equal(SocketError.ConnectionReset, received.Error);
    }

    [Fact]
    public async Task ReceiveAsync_SocketIsDisposedMeanwhileAndBefore_IsAbortedBothTimes()
    {
        ValueTask<SocketResult> receiving = _operation.ReceiveAsync(_near, new byte[10]);
        _near.Dispose();

        SocketResult meanwhile = await Waiting.For("the abort", receiving.AsTask());
        SocketResult before = await _operation.ReceiveAsync(_near, new byte[10]);

        Assert.Equal(SocketResult.Aborted, meanwhile);
        Assert.Equal(SocketResult.Aborted, before);
    }

    [Fact]
    public async Task ConnectAsync_NobodyListens_IsRefused()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        EndPoint closed = new IPEndPoint(IPAddress.Loopback, 1);

        SocketResult result = await Waiting.For("the refusal", _operation.ConnectAsync(socket, closed).AsTask());

        Assert.Equal(SocketError.ConnectionRefused, result.Error);
    }

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
        _operation.Dispose();
    }
}
