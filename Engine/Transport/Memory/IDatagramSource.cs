// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Lifecycle;

namespace LbEngine.Testing;

/// <summary>Who has sent a datagram, as its receiver sees it: an address, and a way back.</summary>
/// <remarks>Called under the lock of the <see cref="RunQueue"/> only.</remarks>
internal interface IDatagramSource
{
    /// <summary>The address that the receiver sees.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>A datagram comes back.</summary>
    void TakeReply(byte[] bytes);

    /// <summary>The network says that a datagram did not arrive (ICMP).</summary>
    void TakeError(PathError error);
}
