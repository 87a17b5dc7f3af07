// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux.Streams;

namespace LbEngine.Tests.Transport.Linux.Streams;

/// <summary>What the byte mover holds for a peer that takes nothing for a while, copied and spliced.</summary>
public sealed class BlockedPeerTests : IDisposable
{
    private const int Length = 4 * 1024 * 1024;

    private readonly StreamStage _stage = new(smallBuffers: true);
    private readonly ByteMover _mover;
    private readonly byte[] _sent = new byte[Length];

    public BlockedPeerTests()
    {
        _mover = new ByteMover(_stage.Parts);
        for (int i = 0; i < Length; i++)
        {
            _sent[i] = (byte)(i * 31 >> 3);
        }
    }

    public void Dispose() => _stage.Dispose();

    [LinuxFact]
    public async Task Read_PeerTakesLittle_KeepsTheRestInOneBlockAndReadsNoMore()
    {
        Task sending = SendAsync();

        ReadUntilBlocked();

        Assert.True(_stage.Connection.ToBackend.HasPending);
        Assert.False(_stage.Connection.BackendEnd.Writable);
        Assert.True(_stage.Parts.Blocks.Rented + (_stage.Connection.ToBackend.Pipe is null ? 0 : 1) == 1, "One block or one pipe is held for the blocked peer.");
        Assert.False(_mover.Deliver(_stage.Connection, Side.Client), "Nothing is delivered before epoll reports room.");
        await AbandonAsync(sending);
    }

    [LinuxFact]
    public async Task Deliver_PeerReadsOn_LosesNothingAndGivesEverythingBack()
    {
        Task sending = SendAsync();
        byte[] received = new byte[Length];

        int got = Relay(received);

        Assert.Equal(Length, got);
        Assert.True(_sent.AsSpan().SequenceEqual(received), "The bytes came out in another order, or others.");
        Assert.Equal(Length, _stage.Entry.BytesToBackend);
        await sending.WaitAsync(TimeSpan.FromSeconds(10));
        _stage.Closer.End(_stage.Connection, CloseReason.Completed);
        Assert.Equal((0, 0), (_stage.Parts.Blocks.Rented, _stage.Parts.Pipes.Rented));
    }

    [LinuxFact]
    public async Task Deliver_PeerHasResetMeanwhile_GivesBackWhatWaited()
    {
        Task sending = SendAsync();
        ReadUntilBlocked();
        _stage.Backend.LingerState = new LingerOption(true, 0);
        _stage.Backend.Close();
        _stage.Arrive(Side.Backend);

        // The send is to meet it first, before epoll has said so.
        _stage.Connection.BackendEnd.Failed = false;
        _stage.Connection.BackendEnd.Writable = true;

        Assert.False(_mover.Deliver(_stage.Connection, Side.Client));

        Assert.True(_stage.Connection.BackendEnd.Failed);
        Assert.False(_stage.Connection.ToBackend.HasPending);
        Assert.Equal((0, 0), (_stage.Parts.Blocks.Rented, _stage.Parts.Pipes.Rented));
        await AbandonAsync(sending);
    }

    [LinuxFact]
    public async Task Read_FullReadsInARow_MovesToSpliceAndBack()
    {
        Task sending = SendAsync();
        byte[] received = new byte[Length];

        int got = Relay(received, stopWhen: () => _stage.Connection.ToBackend.Splicing);
        Assert.True(_stage.Connection.ToBackend.Splicing, $"No splice after {got} bytes.");

        // Small fills in a row: copying is cheaper again.
        Relay(received, got);
        await sending.WaitAsync(TimeSpan.FromSeconds(10));
        for (int i = 0; i < 3 && _stage.Connection.ToBackend.Splicing; i++)
        {
            _stage.Client.Send("few"u8);
            _stage.Arrive(Side.Client);
            _mover.Read(_stage.Connection, Side.Client);
            Assert.True(_mover.Deliver(_stage.Connection, Side.Client), "The few bytes are delivered.");
            ByteMoverTests.Receive(_stage.Backend, 3);
        }

        Assert.False(_stage.Connection.ToBackend.Splicing);
        Assert.Equal(0, _stage.Parts.Pipes.Rented);
    }

    private Task SendAsync() => Task.Run(() =>
    {
        try
        {
            for (int sent = 0; sent < Length;)
            {
                sent += _stage.Client.Send(_sent.AsSpan(sent));
            }
        }
        catch (SocketException)
        {
            // The test was over before.
        }
        catch (ObjectDisposedException)
        {
        }
    });

    /// <summary>Closes the sending socket, so that its thread ends.</summary>
    private async Task AbandonAsync(Task sending)
    {
        _stage.Client.Close();
        await sending.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private void ReadUntilBlocked()
    {
        for (int i = 0; i < 1000 && !_stage.Connection.ToBackend.HasPending; i++)
        {
            _stage.Arrive(Side.Client);
            _mover.Read(_stage.Connection, Side.Client);
            if (_stage.Connection.ToBackend.Pipe is not null)
            {
                _mover.Deliver(_stage.Connection, Side.Client);
            }
        }

        Assert.True(_stage.Connection.ToBackend.HasPending, "The peer never blocked.");
    }

    /// <summary>Relays as a reactor would, while the backend reads; returns how much that has got.</summary>
    private int Relay(byte[] received, int got = 0, Func<bool>? stopWhen = null)
    {
        for (int i = 0; i < 100_000 && got < Length && stopWhen?.Invoke() != true; i++)
        {
            if (_stage.Connection.ToBackend.HasPending)
            {
                if (_stage.Backend.Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectRead))
                {
                    got += _stage.Backend.Receive(received.AsSpan(got));
                }

                _stage.Connection.BackendEnd.Writable = true;
                _mover.Deliver(_stage.Connection, Side.Client);
            }
            else if (_stage.Entry.BytesToBackend > got)
            {
                got += _stage.Backend.Receive(received.AsSpan(got));
            }
            else
            {
                _stage.Arrive(Side.Client);
                _mover.Read(_stage.Connection, Side.Client);
            }
        }

        return got;
    }
}
