// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Lifecycle;

namespace LbEngine.Tests.Transport.Sockets;

public sealed class SocketsTransportRelayTests
{
    private const int Large = 10_000_000;

    [Fact]
    public async Task Relay_BytesBothWays_ArriveInOrder()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync();
        (Socket client, Socket backend) = await pair.ConnectThroughAsync();

        await client.SendAllAsync("question"u8.ToArray());
        byte[] question = await backend.ReceiveExactlyAsync(8);
        await backend.SendAllAsync("answer"u8.ToArray());
        byte[] answer = await client.ReceiveExactlyAsync(6);

        Assert.Equal("question"u8.ToArray(), question);
        Assert.Equal("answer"u8.ToArray(), answer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Relay_OneSideEndsThenTheOtherSends10MB_AllArrivesAndTheConnectionCompletesOnce(bool clientEndsFirst)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync();
        (Socket client, Socket backend) = await pair.ConnectThroughAsync();
        (Socket first, Socket second) = clientEndsFirst ? (client, backend) : (backend, client);
        byte[] pattern = SocketExtensions.Pattern(Large);

        await first.SendAllAsync("last words"u8.ToArray());
        first.Shutdown(SocketShutdown.Send);
        byte[] heard = await second.ReceiveToEndAsync();
        Task sending = second.SendAllAsync(pattern);
        byte[] received = await ReceiveWhileAsync(first, sending, second);
        CloseReason reason = await pair.Ended.NextAsync();

        Assert.Equal("last words"u8.ToArray(), heard);
        Assert.True(pattern.AsSpan().SequenceEqual(received), $"Received {received.Length} of {Large} bytes, or others.");
        Assert.Equal(CloseReason.Completed, reason);
        Assert.False(pair.Ended.TryTakeAnother(out _));
        Assert.Equal(0, pair.Balancer.GetStatus().ActiveConnections);
    }

    [Fact]
    public async Task Relay_BothSendTenMegabytesAtOnce_NeitherWaitsForTheOther()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync();
        (Socket client, Socket backend) = await pair.ConnectThroughAsync();
        byte[] pattern = SocketExtensions.Pattern(Large);

        byte[][] received = await Waiting.For(
            "both streams",
            Task.WhenAll(
                ReceiveWhileAsync(client, backend.SendAllAsync(pattern), backend),
                ReceiveWhileAsync(backend, client.SendAllAsync(pattern), client)));

        Assert.All(received, bytes => Assert.True(pattern.AsSpan().SequenceEqual(bytes)));
        Assert.Equal(CloseReason.Completed, await pair.Ended.NextAsync());
    }

    [Fact]
    public async Task Relay_ClientSpeaksAndEndsBeforeTheBackendAccepts_NothingIsLost()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync();
        Socket client = await pair.ConnectAsync();
        await client.SendAllAsync("early"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);

        Socket backend = await pair.AcceptAsync();
        byte[] heard = await backend.ReceiveToEndAsync();

        Assert.Equal("early"u8.ToArray(), heard);
    }

    [Theory]
    [InlineData(true, CloseReason.ClientReset)]
    [InlineData(false, CloseReason.BackendReset)]
    public async Task Relay_OneSideResets_TheOtherGetsTheBytesBeforeItThenReset(bool clientResets, CloseReason expected)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync();
        (Socket client, Socket backend) = await pair.ConnectThroughAsync();
        (Socket first, Socket second) = clientResets ? (client, backend) : (backend, client);
        await first.SendAllAsync(new byte[1000]);
        await second.ReceiveExactlyAsync(1000);

        first.SendReset();
        (SocketError error, int _) = await second.ReceiveEndAsync();
        CloseReason reason = await pair.Ended.NextAsync();

        Assert.Equal(SocketError.ConnectionReset, error);
        Assert.Equal(expected, reason);
        Assert.False(pair.Ended.TryTakeAnother(out _));
    }

    /// <summary>The operating system reports a reset once per socket: the send that meets it leaves an end of input to the receive beside it.</summary>
    [Fact]
    public async Task Relay_OneSideResetsUnderTrafficBothWays_TheOtherNeverSeesAnOrderlyEnd()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync();
        for (int round = 0; round < 10; round++)
        {
            (Socket client, Socket backend) = await pair.ConnectThroughAsync();
            // Now a send and a receive wait on the backend's socket in the balancer; the client only receives from here on.
            client.Blocking = false;
            await Waiting.For("all buffers to be full", Task.Factory.StartNew(() => FillUntilNothingMoves(client, 20), TaskCreationOptions.LongRunning));
            backend.SendReset();
            (SocketError error, int _) = await client.ReceiveEndAsync();

            Assert.True(error == SocketError.ConnectionReset, $"Round {round} ended with {error}.");
            Assert.Equal(CloseReason.BackendReset, await pair.Ended.NextAsync());
        }
    }

    [Fact]
    public async Task Relay_ClientResetsAfterItsEndWhileTheBackendIsSilent_IsNoticedBeforeTheTimeout()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync();
        (Socket client, Socket backend) = await pair.ConnectThroughAsync();
        client.Shutdown(SocketShutdown.Send);
        await backend.ReceiveToEndAsync();

        client.SendReset();
        CloseReason reason = await pair.Ended.NextAsync();

        Assert.Equal(CloseReason.ClientReset, reason);
    }

    [Fact]
    public async Task Relay_ClientResetsWhileTheBackendTakesNothing_IsNoticedBeforeTheTimeout()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync();
        (Socket client, Socket backend) = await pair.ConnectThroughAsync();
        client.Blocking = false;
        await Waiting.For("all buffers to be full", Task.Factory.StartNew(() => FillUntilNothingMoves(client, 500), TaskCreationOptions.LongRunning));

        client.SendReset();
        CloseReason reason = await pair.Ended.NextAsync();

        Assert.Equal(CloseReason.ClientReset, reason);
        backend.Dispose();
    }

    private static async Task<byte[]> ReceiveWhileAsync(Socket receiver, Task sending, Socket sender)
    {
        Task<byte[]> receiving = receiver.ReceiveToEndAsync();
        await Waiting.For("everything to be sent", sending);
        sender.Shutdown(SocketShutdown.Send);
        return await receiving;
    }

    /// <summary>Sends until the kernels on the way and the balancer hold all that they will: no room for that long.</summary>
    private static void FillUntilNothingMoves(Socket socket, int milliseconds)
    {
        var chunk = new byte[65_536];
        while (socket.Poll(milliseconds * 1000, SelectMode.SelectWrite))
        {
            socket.Send(chunk, SocketFlags.None, out _);
        }
    }
}
