// SPDX-License-Identifier: MIT
namespace LbEngine.Transport;

/// <summary>What a transport should do with its listening socket now.</summary>
internal enum AcceptDecision : byte
{
    /// <summary>Accept one client. A place is reserved: report it with Arrive, or give it back with NotAccepted.</summary>
    Accept,

    /// <summary>Leave clients in the kernel's backlog and ask again within 20 ms.</summary>
    Hold,
}
