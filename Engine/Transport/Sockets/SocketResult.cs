// SPDX-License-Identifier: MIT
using System.Net.Sockets;

namespace LbEngine.Transport.Sockets;

/// <summary>Outcome of one socket operation. A value, so that a reset peer costs no exception.</summary>
/// <param name="Error"><see cref="SocketError.Success"/>, or what the operating system said.</param>
/// <param name="Bytes">Bytes moved; 0 of a receive with success is the end of input.</param>
internal readonly record struct SocketResult(SocketError Error, int Bytes)
{
    /// <summary>The socket was disposed by whoever ended the connection.</summary>
    public static SocketResult Aborted => new(SocketError.OperationAborted, 0);

    public bool IsSuccess => Error == SocketError.Success;
}
