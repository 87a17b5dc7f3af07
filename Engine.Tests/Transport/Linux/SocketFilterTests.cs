// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Tests.Harness;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Tests.Transport.Linux;

public sealed class SocketFilterTests
{
    [LinuxTheory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task BlockNewClients_OneWaitsAndOneComes_TheFirstIsServedAndTheSecondRefusedAtTheClose(string address)
    {
        using Socket listening = Open(address);
        using Socket early = New(address);
        using Socket late = New(address);
        listening.Listen();
        await early.ConnectAsync(listening.LocalEndPoint!);

        IoResult blocked = SocketFilter.BlockNewClients((int)listening.Handle);
        Task coming = late.ConnectAsync(listening.LocalEndPoint!);
        using Socket accepted = await Waiting.ForAsync(listening.AcceptAsync, "the client that came before");
        await early.SendAsync("hello"u8.ToArray());
        var buffer = new byte[16];
        int count = await Waiting.ForAsync(stop => accepted.ReceiveAsync(buffer, SocketFlags.None, stop), "what it sends");
        bool hasCome = coming.IsCompleted;
        listening.Close();
        var refused = await Assert.ThrowsAsync<SocketException>(() => Waiting.ForAsync(_ => new ValueTask<bool>(WaitAsync(coming)), "the refusal"));

        Assert.False(blocked.Failed);
        Assert.Equal("hello"u8.ToArray(), buffer[..count]);
        Assert.False(hasCome);
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [LinuxFact]
    public async Task Unblock_AfterBlockNewClients_TheNextOneIsTaken()
    {
        using Socket listening = Open("127.0.0.1");
        listening.Listen();
        SocketFilter.BlockNewClients((int)listening.Handle);
        SocketFilter.Unblock((int)listening.Handle);
        using Socket client = New("127.0.0.1");

        await client.ConnectAsync(listening.LocalEndPoint!);

        Assert.True(client.Connected);
    }

    private static async Task<bool> WaitAsync(Task task)
    {
        await task;
        return true;
    }

    private static Socket Open(string address)
    {
        Socket socket = New(address);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        return socket;
    }

    private static Socket New(string address) => new(IPAddress.Parse(address).AddressFamily, SocketType.Stream, ProtocolType.Tcp);
}
