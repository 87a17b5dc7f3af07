// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace LbEngine.Transport.Linux.Interop;

/// <summary>Datagrams for one sendmmsg. Runs of equal size to one peer become one message that the kernel cuts (UDP_SEGMENT). One owner.</summary>
/// <remarks>Addresses are copied; payloads are not: they must be pinned and stay until the batch is sent.</remarks>
internal sealed unsafe class SendBatch
{
    // Payload that fits into one frame of Ethernet over IPv4: larger datagrams are fragmented by IP, which UDP_SEGMENT refuses.
    private const int MaxSegmentSize = 1472;

    // UDP_MAX_SEGMENTS of kernels before 6.7.
    private const int MaxSegments = 64;

    private const int MaxRunBytes = 65_000;
    private const int ControlRoom = 64;
    private const int MSG_DONTWAIT = 0x40;
    private const int MSG_NOSIGNAL = 0x4000;

    private readonly byte[] _addresses;
    private readonly byte[] _controls;
    private readonly IoVector[] _vectors;
    private readonly BatchedMessage[] _messages;
    private readonly BatchedMessage* _firstMessage;
    private readonly Run[] _runs;
    private int _vectorsUsed;

    public SendBatch(int capacity)
    {
        _addresses = GC.AllocateArray<byte>(capacity * SocketAddressBytes.MaxLength, pinned: true);
        _controls = GC.AllocateArray<byte>(capacity * ControlRoom, pinned: true);
        _vectors = GC.AllocateArray<IoVector>(capacity, pinned: true);
        _messages = GC.AllocateArray<BatchedMessage>(capacity, pinned: true);
        _runs = new Run[capacity];
        _firstMessage = Pinned.Pointer(_messages);
        for (int i = 0; i < capacity; i++)
        {
            _messages[i].Header.Control = Pinned.Pointer(_controls) + (i * ControlRoom);
        }
    }

    /// <summary>Messages in the batch.</summary>
    public int Count { get; private set; }

    public bool IsFull => _vectorsUsed == _vectors.Length;

    public void Clear()
    {
        Count = 0;
        _vectorsUsed = 0;
    }

    /// <summary>Adds a datagram, or a run of them when <paramref name="segmentSize"/> is above 0. Not when the batch is full.</summary>
    /// <param name="payload">Pinned memory.</param>
    /// <param name="segmentSize">Size of the datagrams that the payload consists of; 0 for one.</param>
    /// <param name="address">The peer; empty for a connected socket.</param>
    /// <param name="local">Where it is to leave from; default for where the socket is bound.</param>
    public void Add(ReadOnlySpan<byte> payload, int segmentSize, ReadOnlySpan<byte> address, in LocalAddress local)
    {
        int index = Count++;
        AddVector(payload);
        ref MessageHeader header = ref _messages[index].Header;
        header.Vectors = Pinned.Pointer(_vectors) + (_vectorsUsed - 1);
        header.VectorCount = 1;
        header.Name = null;
        header.NameLength = (uint)address.Length;
        if (!address.IsEmpty)
        {
            Span<byte> room = _addresses.AsSpan(index * SocketAddressBytes.MaxLength, SocketAddressBytes.MaxLength);
            address.CopyTo(room);
            header.Name = Pinned.Pointer(room);
        }

        int controlLength = local == default ? 0 : ControlMessage.WriteLocalAddress(_controls.AsSpan(index * ControlRoom, ControlRoom), local);
        header.ControlLength = (nuint)controlLength;
        ref Run run = ref _runs[index];
        run.PlainControl = controlLength;
        run.Bytes = payload.Length;
        run.SegmentSize = payload.Length;
        run.Segments = 1;
        if (segmentSize > 0 && payload.Length > segmentSize)
        {
            run.SegmentSize = segmentSize;
            run.Segments = (payload.Length + segmentSize - 1) / segmentSize;
            NoteSegments(index);
        }
    }

    /// <summary>Joins a datagram to the run that the last message is; false when it does not fit there.</summary>
    /// <param name="payload">Pinned memory, to the same peer as the last message.</param>
    /// <param name="segmentSize">As in <see cref="Add"/>.</param>
    public bool TryExtend(ReadOnlySpan<byte> payload, int segmentSize)
    {
        ref Run run = ref _runs[Count - 1];
        int size = run.SegmentSize;
        int step = segmentSize > 0 ? segmentSize : payload.Length;
        int segments = segmentSize > 0 ? (payload.Length + segmentSize - 1) / segmentSize : 1;
        bool isOpen = run.Bytes == size * run.Segments && size is > 0 and <= MaxSegmentSize;
        bool fits = payload.Length > 0 && (step == size || (segments == 1 && payload.Length < size));
        if (!isOpen || !fits || run.Segments + segments > MaxSegments || run.Bytes + payload.Length > MaxRunBytes)
        {
            return false;
        }

        AddVector(payload);
        _messages[Count - 1].Header.VectorCount++;
        run.Bytes += payload.Length;
        run.Segments += segments;
        NoteSegments(Count - 1);
        return true;
    }

    /// <summary>Sends the messages from <paramref name="first"/> on; returns how many were taken. Fails only when the first one did.</summary>
    public IoResult Send(int fd, int first)
    {
        while (true)
        {
            int sent = LibC.sendmmsg(fd, _firstMessage + first, (uint)(Count - first), MSG_DONTWAIT | MSG_NOSIGNAL);
            if (sent >= 0)
            {
                return IoResult.Success(sent);
            }

            int errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.EINTR)
            {
                return IoResult.Failure(errno);
            }
        }
    }

    /// <summary>How many payloads were added before those of a message.</summary>
    public int FirstVector(int message) => (int)(_messages[message].Header.Vectors - Pinned.Pointer(_vectors));

    /// <summary>Datagrams and bytes of one message.</summary>
    public (int Datagrams, int Bytes) Size(int message) => (_runs[message].Segments, _runs[message].Bytes);

    /// <summary>
    /// Sends a run that the kernel would not cut (the path takes no such segments, or a device cannot) datagram by datagram. Returns
    /// how many were taken, and the first failure.
    /// </summary>
    public (int Sent, int SentBytes, IoResult Failure) SendApart(int fd, int message)
    {
        Run run = _runs[message];
        BatchedMessage single = _messages[message];
        IoVector* vectors = single.Header.Vectors;
        int sent = 0;
        int sentBytes = 0;
        IoResult failure = default;
        IoVector piece;
        single.Header.Vectors = &piece;
        single.Header.ControlLength = (nuint)run.PlainControl;
        for (nuint i = 0; i < single.Header.VectorCount; i++)
        {
            for (nuint offset = 0; offset < vectors[i].Length; offset += (nuint)run.SegmentSize)
            {
                piece.Start = vectors[i].Start + offset;
                piece.Length = Math.Min((nuint)run.SegmentSize, vectors[i].Length - offset);
                BatchedMessage one = single;
                one.Header.VectorCount = 1;
                if (LibC.sendmmsg(fd, &one, 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1)
                {
                    sent++;
                    sentBytes += (int)piece.Length;
                }
                else if (!failure.Failed)
                {
                    failure = IoResult.Failure(Marshal.GetLastPInvokeError());
                }
            }
        }

        return (sent, sentBytes, failure);
    }

    private void AddVector(ReadOnlySpan<byte> payload)
    {
        ref IoVector vector = ref _vectors[_vectorsUsed++];
        vector.Start = Pinned.Pointer(payload);
        vector.Length = (nuint)payload.Length;
    }

    private void NoteSegments(int message)
    {
        ref Run run = ref _runs[message];
        Span<byte> control = _controls.AsSpan((message * ControlRoom) + run.PlainControl, ControlRoom - run.PlainControl);
        _messages[message].Header.ControlLength = (nuint)(run.PlainControl + ControlMessage.WriteSegmentSize(control, run.SegmentSize));
    }

    private struct Run
    {
        /// <summary>Size of the datagrams but the last, which may be shorter.</summary>
        public int SegmentSize;

        public int Segments;
        public int Bytes;

        /// <summary>Ancillary data without the segment size.</summary>
        public int PlainControl;
    }
}
