// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.ConsoleHost.Names;

/// <summary>How a <see cref="FakeNameServer"/> answers.</summary>
internal enum FakeAnswer
{
    /// <summary>With its addresses, TTL 0, each time in another order.</summary>
    Addresses,

    /// <summary>The same over TCP; over UDP it says that the answer is cut.</summary>
    AddressesOverTcp,

    /// <summary>There is no such name (NXDOMAIN).</summary>
    NoSuchName,

    /// <summary>It failed itself (SERVFAIL).</summary>
    Failure,

    /// <summary>The name exists, without an address.</summary>
    NoAddress,

    /// <summary>Not at all.</summary>
    Silence,
}
