// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Tables;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux;

/// <summary>Asks the kernel for a socket's own address. The owner of the descriptor only.</summary>
internal static class OwnName
{
    /// <summary>True when a connected socket has met itself: see <see cref="SelfMeeting"/>.</summary>
    public static bool IsPeer(int descriptor, IPEndPoint peer) =>
        SelfMeeting.IsPossible(peer.Port) && SelfMeeting.Is(Read(descriptor), EndPointKey.From(peer));

    /// <inheritdoc cref="IsPeer(int, IPEndPoint)"/>
    public static bool IsPeer(int descriptor, EndPointKey peer) => SelfMeeting.IsPossible(peer.Port) && SelfMeeting.Is(Read(descriptor), peer);

    /// <summary>The address; all zero where there is none.</summary>
    public static EndPointKey Read(int descriptor)
    {
        Span<byte> address = stackalloc byte[SocketAddressBytes.MaxLength];
        return SocketCalls.GetName(descriptor, address).Failed ? default : SocketAddressBytes.Parse(address);
    }
}
