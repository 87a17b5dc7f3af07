// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace LbEngine.Transport.Linux.Interop;

/// <summary>Slots for the datagrams of one recvmmsg, each with room for the largest. Allocated once, pinned; one owner.</summary>
internal sealed unsafe class ReceiveBatch
{
    // No UDP payload is longer; a run that the kernel has joined (UDP_GRO) is not either.
    private const int SlotSize = 65_536;

    // Not a multiple of a page: starts of slots must not all fall into the same few sets of the cache. Holds the room in front as well.
    private const int SlotStride = SlotSize + 192;

    private const int MSG_TRUNC = 0x20;
    private const int MSG_DONTWAIT = 0x40;

    private readonly byte[] _payloads;
    private readonly byte[] _addresses;
    private readonly byte[] _controls;
    private readonly IoVector[] _vectors;
    private readonly BatchedMessage[] _messages;
    private readonly BatchedMessage* _firstMessage;
    private readonly int[] _starts;
    private readonly int _room;

    /// <param name="capacity">Slots.</param>
    /// <param name="room">Bytes in front of each payload that the owner may write to, at most 192.</param>
    public ReceiveBatch(int capacity, int room = 0)
    {
        Capacity = capacity;
        _room = room;
        _starts = new int[capacity];

        // Memory of slots is touched only as far as datagrams fill it.
        _payloads = GC.AllocateUninitializedArray<byte>(capacity * SlotStride, pinned: true);
        _addresses = GC.AllocateArray<byte>(capacity * SocketAddressBytes.MaxLength, pinned: true);
        _controls = GC.AllocateArray<byte>(capacity * ControlMessage.Room, pinned: true);
        _vectors = GC.AllocateArray<IoVector>(capacity, pinned: true);
        _messages = GC.AllocateArray<BatchedMessage>(capacity, pinned: true);
        _firstMessage = Pinned.Pointer(_messages);
        for (int i = 0; i < capacity; i++)
        {
            _vectors[i].Start = Pinned.Pointer(_payloads) + (i * SlotStride) + room;
            _vectors[i].Length = SlotSize;
            ref MessageHeader header = ref _messages[i].Header;
            header.Name = Pinned.Pointer(_addresses) + (i * SocketAddressBytes.MaxLength);
            header.Vectors = Pinned.Pointer(_vectors) + i;
            header.VectorCount = 1;
            header.Control = Pinned.Pointer(_controls) + (i * ControlMessage.Room);
        }
    }

    public int Capacity { get; }

    /// <summary>
    /// Receives up to <paramref name="count"/> datagrams into the slots from <paramref name="first"/> on; returns how many came. Fewer than asked
    /// means that no more were there.
    /// </summary>
    public IoResult Receive(int fd, int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            ref MessageHeader header = ref _messages[i].Header;
            header.NameLength = SocketAddressBytes.MaxLength;
            header.ControlLength = ControlMessage.Room;
            _starts[i] = (i * SlotStride) + _room;
        }

        while (true)
        {
            int received = LibC.recvmmsg(fd, _firstMessage + first, (uint)count, MSG_DONTWAIT, null);
            if (received >= 0)
            {
                return IoResult.Success(received);
            }

            int errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.EINTR)
            {
                return IoResult.Failure(errno);
            }
        }
    }

    /// <summary>The payload in a slot; pinned, valid until the slot is received into again.</summary>
    public ReadOnlySpan<byte> Payload(int slot) => _payloads.AsSpan(_starts[slot], (int)_messages[slot].Length);

    /// <summary>The same, with the room in front of it.</summary>
    public Span<byte> WithRoom(int slot) => _payloads.AsSpan(_starts[slot] - _room, _room + (int)_messages[slot].Length);

    /// <summary>From now on a part of what was received is the payload. The room in front of it may be bytes of the part before.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="start">From the first byte that was received.</param>
    /// <param name="length">Bytes.</param>
    public void Narrow(int slot, int start, int length)
    {
        _starts[slot] = (slot * SlotStride) + _room + start;
        _messages[slot].Length = (uint)length;
    }

    /// <summary>Where the datagram came from, as the kernel writes it.</summary>
    public ReadOnlySpan<byte> Address(int slot) =>
        _addresses.AsSpan(slot * SocketAddressBytes.MaxLength, (int)Math.Min(_messages[slot].Header.NameLength, SocketAddressBytes.MaxLength));

    /// <summary>Takes bytes away from the front of the payload; the room in front of it is theirs then.</summary>
    public void Skip(int slot, int bytes)
    {
        _starts[slot] += bytes;
        _messages[slot].Length -= (uint)bytes;
    }

    /// <summary>True when the datagram was longer than a slot, which UDP does not allow.</summary>
    public bool IsTruncated(int slot) => (_messages[slot].Header.Flags & MSG_TRUNC) != 0;

    public DatagramNotes Notes(int slot)
    {
        int length = (int)_messages[slot].Header.ControlLength;
        return length == 0 ? default : ControlMessage.Read(_controls.AsSpan(slot * ControlMessage.Room, Math.Min(length, ControlMessage.Room)));
    }
}
