// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Testing;

/// <summary>Who has sent a datagram, as its receiver sees it: an address, and a way back.</summary>
/// <remarks>Called under the lock of the <see cref="RunQueue"/> only.</remarks>
internal interface IDatagramSource
{
    /// <summary>The address that the receiver sees.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>A datagram comes back.</summary>
    void TakeReply(byte[] bytes);

    /// <summary>Nothing listens where a datagram went (ICMP port unreachable).</summary>
    void TakeRefusal();
}
