// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Streams;

/// <summary>Reads from one socket of a connection and sends to the other. Reactor thread only.</summary>
/// <remarks>
/// Edge-triggered: a socket counts as readable until a read shows that it is drained, and a short read shows that
/// without asking for EAGAIN. Bytes go through one scratch buffer of the reactor; a connection owns memory only while its
/// peer is blocked, and then nothing more is read for it. Long streams move by splice(2) instead.
/// </remarks>
internal sealed class ByteMover
{
    private const int ScratchSize = BlockPool.BlockSize;

    // Full reads in a row that make a direction splice, and small fills in a row that make it copy again.
    private const int SpliceAfter = 2;
    private const int CopyAfter = 2;
    private const int SmallFill = 16 * 1024;

    // Reads that a direction copies before it asks again for a pipe that was not to be had.
    private const int CopiesWithoutPipe = 8;

    private readonly StreamParts _parts;
    private readonly byte[] _scratch = GC.AllocateUninitializedArray<byte>(ScratchSize, pinned: true);

    public ByteMover(StreamParts parts) => _parts = parts;

    /// <summary>
    /// Reads once from <paramref name="from"/> and passes on what the other side takes; the rest waits. Only while nothing waits.
    /// Returns the bytes read, 0 when there were none (or the end, which the relay state then knows), -1 when that side has reset.
    /// </summary>
    public int Read(LinuxConnection connection, Side from)
    {
        ref RelayDirection direction = ref connection.From(from);
        ref SocketEnd source = ref connection.End(from);
        return direction.Splicing
            ? Splice(connection, from, ref direction, ref source, ref connection.End(Other(from)))
            : Copy(connection, from, ref direction, ref source, ref connection.End(Other(from)));
    }

    /// <summary>Sends what waits of the bytes that came from <paramref name="from"/>. True when all of it is gone.</summary>
    public bool Deliver(LinuxConnection connection, Side from)
    {
        ref RelayDirection direction = ref connection.From(from);
        ref SocketEnd sink = ref connection.End(Other(from));
        if (!sink.Writable || sink.Failed)
        {
            return false;
        }

        PrepareSend(connection, from, ref sink);
        bool owesFin = connection.Relay.OwesFin(from);
        IoResult sent;
        if (direction.Pipe is SplicePipe pipe)
        {
            sent = pipe.Drain(sink.Descriptor, more: false);
        }
        else
        {
            ReadOnlySpan<byte> bytes = direction.Pending.AsSpan(direction.PendingOffset, direction.PendingLength);
            sent = SocketCalls.Send(sink.Descriptor, bytes, owesFin ? SocketCalls.MSG_MORE : 0);
        }

        if (TransferRules.IsGone(sent))
        {
            FailSink(ref direction, ref sink);
            return false;
        }

        int count = sent.Failed ? 0 : sent.Value;
        if (count > 0)
        {
            CountSent(connection, from, count);
            Touch(connection);
        }

        if (direction.Pending is not null)
        {
            direction.PendingOffset += count;
            direction.PendingLength -= count;
        }

        if (direction.HasPending)
        {
            MarkBlocked(connection, from, ref sink);
            return false;
        }

        GiveBackEmpty(ref direction, connection.End(from).Readable);
        return true;
    }

    /// <summary>One read into the scratch buffer and one send out of it. Returns the bytes read, or -1 after a reset.</summary>
    private int Copy(LinuxConnection connection, Side from, ref RelayDirection direction, ref SocketEnd source, ref SocketEnd sink)
    {
        if (!_parts.Blocks.CanRent)
        {
            return CopyWhatIsTaken(connection, from, ref direction, ref source, ref sink);
        }

        IoResult read = Receive(ref source, peeks: false);
        if (read.Failed || read.Value == 0)
        {
            return ReadNothing(connection, from, ref source, TransferRules.OfReceive(read, source.Failed));
        }

        int length = read.Value;
        direction.HasUnread = false;
        bool isDrained = length < ScratchSize && !source.Failed && !source.Urgent;
        if (isDrained)
        {
            source.Readable = false;
        }

        // The FIN had arrived before this read and the read emptied the queue: nothing can follow.
        bool isLast = isDrained && source.PeerEnded;
        if (isLast)
        {
            connection.Relay.InputEnded(from);
        }

        direction.Streak = length == ScratchSize ? direction.Streak + 1 : 0;
        if (direction.Streak >= SpliceAfter)
        {
            direction.Splicing = true;
            direction.Streak = 0;
        }

        NoteProgress(connection, from);
        PrepareSend(connection, from, ref sink);

        // With the last bytes MSG_MORE keeps the segment back for a moment, and the FIN leaves in it.
        IoResult result = SocketCalls.Send(sink.Descriptor, _scratch.AsSpan(0, length), isLast ? SocketCalls.MSG_MORE : 0);
        if (TransferRules.IsGone(result))
        {
            FailSink(ref direction, ref sink);
            return length;
        }

        int sent = result.Failed ? 0 : result.Value;
        CountSent(connection, from, sent);
        if (sent < length)
        {
            MarkBlocked(connection, from, ref sink);
            byte[] block = direction.Pending = _parts.Blocks.Rent();
            _scratch.AsSpan(sent, length - sent).CopyTo(block);
            direction.PendingOffset = 0;
            direction.PendingLength = length - sent;
        }

        return length;
    }

    /// <summary>
    /// The same while memory is short: what the other side does not take is only looked at (MSG_PEEK), and stays in the kernel. One more
    /// system call, and no memory for a blocked peer.
    /// </summary>
    private int CopyWhatIsTaken(LinuxConnection connection, Side from, ref RelayDirection direction, ref SocketEnd source, ref SocketEnd sink)
    {
        IoResult seen = Receive(ref source, peeks: true);
        if (seen.Failed || seen.Value == 0)
        {
            return ReadNothing(connection, from, ref source, TransferRules.OfReceive(seen, source.Failed));
        }

        NoteProgress(connection, from);
        PrepareSend(connection, from, ref sink);
        IoResult result = SocketCalls.Send(sink.Descriptor, _scratch.AsSpan(0, seen.Value), 0);
        if (TransferRules.IsGone(result))
        {
            FailSink(ref direction, ref sink);
            return 0;
        }

        int sent = result.Failed ? 0 : result.Value;
        CountSent(connection, from, sent);
        direction.HasUnread = sent < seen.Value;
        if (direction.HasUnread)
        {
            MarkBlocked(connection, from, ref sink);
        }

        for (int left = sent; left > 0;)
        {
            IoResult taken = SocketCalls.Discard(source.Descriptor, _scratch.AsSpan(0, left));
            if (taken.Failed || taken.Value == 0)
            {
                // Reset between the two calls.
                return -1;
            }

            left -= taken.Value;
        }

        return sent;
    }

    /// <summary>recv(2) into the scratch buffer.</summary>
    /// <remarks>
    /// At an urgent mark it also says EAGAIN when a signal waits for this thread, which the runtime may have sent; by its return that
    /// signal is handled, so the second answer is about the socket.
    /// </remarks>
    private IoResult Receive(ref SocketEnd source, bool peeks)
    {
        IoResult read = peeks ? SocketCalls.Peek(source.Descriptor, _scratch) : SocketCalls.Receive(source.Descriptor, _scratch);
        return read.WouldBlock && source.Urgent
            ? peeks ? SocketCalls.Peek(source.Descriptor, _scratch) : SocketCalls.Receive(source.Descriptor, _scratch)
            : read;
    }

    /// <summary>One fill of a pipe; what was filled is delivered by the next round. Returns the bytes moved, or -1 after a reset.</summary>
    private int Splice(LinuxConnection connection, Side from, ref RelayDirection direction, ref SocketEnd source, ref SocketEnd sink)
    {
        SplicePipe? pipe = direction.Pipe ??= _parts.Pipes.TryRent();
        if (pipe is null)
        {
            // No good pipe to be had: copy, and ask again after some more full reads.
            direction.Splicing = false;
            direction.Streak = -CopiesWithoutPipe;
            return 0;
        }

        IoResult filled = pipe.Fill(source.Descriptor);
        if (filled.Failed || filled.Value == 0)
        {
            direction.Pipe = null;
            _parts.Pipes.Return(pipe);
            EmptyRead empty = TransferRules.OfSplice(filled, source.Urgent);
            if (empty == EmptyRead.Unknown)
            {
                return Copy(connection, from, ref direction, ref source, ref sink);
            }

            if (empty == EmptyRead.CannotSplice)
            {
                direction.Splicing = false;
                direction.Streak = -CopiesWithoutPipe;
                return 0;
            }

            return ReadNothing(connection, from, ref source, empty);
        }

        direction.Streak = filled.Value < SmallFill ? direction.Streak + 1 : 0;
        if (direction.Streak >= CopyAfter)
        {
            direction.Splicing = false;
            direction.Streak = 0;
        }

        NoteProgress(connection, from);
        return filled.Value;
    }

    private void GiveBackEmpty(ref RelayDirection direction, bool goesOn)
    {
        if (direction.Pending is byte[] block)
        {
            _parts.Blocks.Return(block);
            direction.Pending = null;
        }

        if (direction.Pipe is SplicePipe pipe && !(goesOn && direction.Splicing))
        {
            _parts.Pipes.Return(pipe);
            direction.Pipe = null;
        }
    }

    /// <summary>A read that brought no bytes: drained, the end, or an error. Returns 0, or -1 after a reset.</summary>
    private int ReadNothing(LinuxConnection connection, Side from, ref SocketEnd source, EmptyRead empty)
    {
        source.Readable = false;
        if (empty == EmptyRead.Ended)
        {
            connection.Relay.InputEnded(from);
            Touch(connection);
        }

        return empty == EmptyRead.Reset ? -1 : 0;
    }

    /// <summary>The receiving side is gone. What it sent before may still be read and delivered, then the connection ends.</summary>
    private void FailSink(ref RelayDirection direction, ref SocketEnd sink)
    {
        sink.Failed = true;
        sink.Readable = true;
        direction.PendingLength = 0;
        if (direction.Pending is byte[] block)
        {
            _parts.Blocks.Return(block);
            direction.Pending = null;
        }

        if (direction.Pipe is SplicePipe pipe)
        {
            _parts.Pipes.Return(pipe);
            direction.Pipe = null;
        }
    }

    /// <summary>The peer takes no more. A client is registered without EPOLLOUT, which most never need; now it is needed.</summary>
    private void MarkBlocked(LinuxConnection connection, Side from, ref SocketEnd sink)
    {
        sink.Writable = false;
        if (sink.Registered && !sink.WatchesOutput)
        {
            sink.WatchesOutput = true;
            _parts.Epoll.Modify(sink.Descriptor, StreamParts.AllEvents, EpollToken.For(connection, Other(from)).Value);
        }
    }

    /// <summary>The first send to a backend is never delayed by Nagle's rule, the second may be: so a connection of one request saves a system call.</summary>
    private static void PrepareSend(LinuxConnection connection, Side from, ref SocketEnd sink)
    {
        if (from == Side.Backend || connection.HasNoDelay)
        {
            return;
        }

        if (!connection.SentToBackend)
        {
            connection.SentToBackend = true;
            return;
        }

        connection.HasNoDelay = true;
        SocketCalls.SetOption(sink.Descriptor, SocketOption.IPPROTO_TCP, SocketOption.TCP_NODELAY, 1);
    }

    private void NoteProgress(LinuxConnection connection, Side from)
    {
        if (!connection.SawFirstByte)
        {
            connection.SawFirstByte = true;
            _parts.Forwarder.Established(connection, from, _parts.Clock.Milliseconds);
        }

        Touch(connection);
    }

    private void Touch(LinuxConnection connection) =>
        _parts.Table.GetEntry(connection.Handle).LastActiveMilliseconds = _parts.Clock.Milliseconds;

    private void CountSent(LinuxConnection connection, Side from, int bytes)
    {
        ref ConnectionEntry entry = ref _parts.Table.GetEntry(connection.Handle);
        if (from == Side.Client)
        {
            entry.BytesToBackend += bytes;
        }
        else
        {
            entry.BytesToClient += bytes;
        }
    }

    private static Side Other(Side side) => side == Side.Client ? Side.Backend : Side.Client;
}
