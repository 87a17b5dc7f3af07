// SPDX-License-Identifier: MIT

namespace LbEngine.Transport.Linux.Interop;

/// <summary>What the kernel says about a received datagram besides its bytes.</summary>
internal struct DatagramNotes
{
    /// <summary>The address that the client used, or may be answered from; default when the socket was not asked to tell.</summary>
    public LocalAddress Local;

    /// <summary>The broadcast or multicast address that it was sent to. Every socket on the port has a copy of such a datagram.</summary>
    public LocalAddress Group;

    /// <summary>More than 0: the payload is a run of datagrams of this size, of which the last may be shorter.</summary>
    public int SegmentSize;

    /// <summary>Datagrams that the socket's queue had no room for since it was opened, modulo 2^32; told from the first one on.</summary>
    public uint Overflows;

    public bool HasOverflows;
}
