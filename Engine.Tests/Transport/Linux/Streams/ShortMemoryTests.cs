// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Lifecycle;
using LbEngine.Tests.Harness.Streams;
using LbEngine.Transport;
using LbEngine.Transport.Linux.Streams;

namespace LbEngine.Tests.Transport.Linux.Streams;

/// <summary>What the byte mover does while there is no memory for blocked peers: it holds nothing, and loses nothing.</summary>
public sealed class ShortMemoryTests : IDisposable
{
    private const int Length = 1024 * 1024;

    private readonly BufferBudget _buffers = new(0);
    private readonly StreamStage _stage;
    private readonly ByteMover _mover;

    public ShortMemoryTests()
    {
        _stage = new StreamStage(smallBuffers: true, _buffers);
        _mover = new ByteMover(_stage.Parts);
    }

    public void Dispose() => _stage.Dispose();

    [LinuxFact]
    public async Task Read_PeerTakesLittle_LeavesTheRestInTheKernelAndLosesNothing()
    {
        Task sending = SendAsync();
        var received = new byte[Length];
        int got = 0;
        bool wasBlocked = false;

        while (got < Length)
        {
            _stage.Arrive(Side.Client);
            _mover.Read(_stage.Connection, Side.Client);
            wasBlocked |= _stage.Connection.ToBackend.HasUnread;
            Assert.Equal((0, false), (_stage.Parts.Blocks.Rented, _stage.Connection.ToBackend.HasPending));
            while (_stage.Entry.BytesToBackend > got)
            {
                got += _stage.Backend.Receive(received.AsSpan(got));
            }

            _stage.Connection.BackendEnd.Writable = true;
        }

        await sending.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.True(wasBlocked, "The peer never blocked.");
        Assert.Null(Pattern.FindWrong(received, 1, 0));
        Assert.Equal((Length, 0L), (_stage.Entry.BytesToBackend, _buffers.Taken));
    }

    [LinuxFact]
    public void Read_FinBehindTheBytes_IsMetAfterTheLastOfThem()
    {
        _stage.Client.Send("hello"u8);
        _stage.Finish(Side.Client);

        int first = _mover.Read(_stage.Connection, Side.Client);
        bool tooEarly = _stage.Connection.Relay.OwesFin(Side.Client);
        int second = _mover.Read(_stage.Connection, Side.Client);

        Assert.Equal((5, false, 0, true), (first, tooEarly, second, _stage.Connection.Relay.OwesFin(Side.Client)));
        ByteMoverTests.Receive(_stage.Backend, 5);
    }

    [LinuxFact]
    public async Task End_BytesWaitInTheKernel_IsAResetAndNoEnd()
    {
        Task sending = SendAsync();
        for (int i = 0; i < 1000 && !_stage.Connection.ToBackend.HasUnread; i++)
        {
            _stage.Arrive(Side.Client);
            _mover.Read(_stage.Connection, Side.Client);
        }

        _stage.Closer.End(_stage.Connection, CloseReason.IdleTimeout);

        var buffer = new byte[64 * 1024];
        Assert.Throws<SocketException>(() =>
        {
            while (_stage.Backend.Receive(buffer) > 0)
            {
            }
        });
        _stage.Client.Close();
        await sending.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [LinuxFact]
    public void Rent_UntilItIsShort_KeepsNoBlockThen()
    {
        var budget = new BufferBudget(1024 * 1024 + BlockPool.BlockSize);
        var blocks = new BlockPool(budget);
        bool before = blocks.CanRent;
        byte[] block = blocks.Rent();
        bool then = blocks.CanRent;
        blocks.Return(block);

        Assert.Equal((true, false, true, 0L), (before, then, blocks.CanRent, budget.Taken));
    }

    private Task SendAsync() => Task.Run(() =>
    {
        var bytes = new byte[Length];
        Pattern.Fill(bytes, 1, 0);
        try
        {
            for (int sent = 0; sent < Length;)
            {
                sent += _stage.Client.Send(bytes.AsSpan(sent));
            }
        }
        catch (SocketException)
        {
            // The connection has ended before.
        }
        catch (ObjectDisposedException)
        {
        }
    });
}
