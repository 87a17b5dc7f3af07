// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;
using LbEngine.Tables;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>What the kernel says of a send on a datagram socket, in the engine's words.</summary>
internal static class DatagramErrors
{
    // More than one ICMP message for each datagram of a batch does not come.
    private const int MostAtOnce = 256;

    /// <summary>Takes all that the network has said of a flow's path: the gravest of it; <see cref="PathError.None"/> when it has said nothing.</summary>
    /// <remarks>While one waits the kernel tells it in place of a send or a receive, which is then not done. Rare: a path that is well costs nothing.</remarks>
    public static PathError Take(int fd)
    {
        var gravest = PathError.None;
        for (int taken = 0; taken < MostAtOnce && ErrorQueue.TryTake(fd, out NetworkError error); taken++)
        {
            PathError meaning = error.IsIcmp ? IcmpRules.MeaningOf(error.IsIPv6, error.Type, error.Code) : PathError.None;
            gravest = meaning > gravest ? meaning : gravest;
        }

        return gravest;
    }

    /// <summary>
    /// A send has failed with an error of the path and not of a queue: what was waiting, or what this host says of it. <see cref="PathError.None"/> when
    /// nothing is wrong but the size of that datagram.
    /// </summary>
    /// <param name="fd">The flow's socket.</param>
    /// <param name="failure">What the send returned.</param>
    public static PathError TakeAfter(int fd, IoResult failure)
    {
        PathError waiting = Take(fd);
        return waiting != PathError.None ? waiting : failure.Error switch
        {
            Errno.EMSGSIZE => PathError.None,
            Errno.ECONNREFUSED => PathError.Refused,
            _ => PathError.Local,
        };
    }

    /// <summary>False when the address that a socket sends from is none of this host's any more. That of its client never was: see transparent pools.</summary>
    public static bool HasOwnAddress(int fd, AddressKey client)
    {
        Span<byte> address = stackalloc byte[SocketAddressBytes.MaxLength];
        IoResult name = SocketCalls.GetName(fd, address);
        if (name.Failed || SocketAddressBytes.Parse(address).Address == client)
        {
            return true;
        }

        // Any port of it would do.
        address[2..4].Clear();
        IoResult probe = SocketCalls.OpenDatagram(name.Value == SocketAddressBytes.MaxLength ? SocketCalls.AF_INET6 : SocketCalls.AF_INET);
        if (probe.Failed)
        {
            return true;
        }

        IoResult bound = SocketCalls.Bind(probe.Value, address[..name.Value]);
        SocketCalls.Close(probe.Value);
        return bound.Error != Errno.EADDRNOTAVAIL;
    }

    /// <summary>Why a datagram was not sent.</summary>
    public static SendFailure ToSendFailure(IoResult failure) => failure.Error switch
    {
        Errno.EAGAIN or Errno.ENOBUFS or Errno.ENOMEM => SendFailure.QueueFull,
        Errno.EMSGSIZE => SendFailure.TooLarge,
        Errno.ECONNREFUSED => SendFailure.Refused,
        _ => SendFailure.Failed,
    };
}
