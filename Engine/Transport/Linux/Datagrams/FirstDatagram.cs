// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>What a flow is begun from: who sent the datagram, and where to. Lives as long as the memory that it looks at.</summary>
internal readonly ref struct FirstDatagram
{
    public required DatagramListener Entrance { get; init; }

    public required DatagramSender Sender { get; init; }

    /// <summary>Where replies go, as the kernel wrote it: the client's address, or that of who brings it.</summary>
    public required ReadOnlySpan<byte> Address { get; init; }

    /// <summary>The address that the client used; default where the listener has but one.</summary>
    public required LocalAddress Local { get; init; }

    public required ushort LocalAddressId { get; init; }
}
