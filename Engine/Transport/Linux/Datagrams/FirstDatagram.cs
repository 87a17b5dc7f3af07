// SPDX-License-Identifier: MIT
using LbEngine.Tables;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>What a flow is begun from: who sent the datagram, and where to. Lives as long as the memory that it looks at.</summary>
internal readonly ref struct FirstDatagram
{
    public required DatagramListener Entrance { get; init; }

    public required EndPointKey Client { get; init; }

    /// <summary>The client's address as the kernel wrote it.</summary>
    public required ReadOnlySpan<byte> Address { get; init; }

    /// <summary>The address that the client used; default where the listener has but one.</summary>
    public required LocalAddress Local { get; init; }

    public required ushort LocalAddressId { get; init; }
}
