// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Linux.Interop;

/// <summary><c>struct mmsghdr</c> (bits/socket.h): one message of recvmmsg and sendmmsg.</summary>
internal struct BatchedMessage
{
    public MessageHeader Header;

    /// <summary>Bytes received or sent, written by the kernel.</summary>
    public uint Length;
}
