// SPDX-License-Identifier: MIT
using LbEngine.Tables;

namespace LbEngine.Backends;

/// <summary>From where one connect is to be made.</summary>
/// <param name="EndPoint">The address; port 0 for any port of it, and all zero for whatever the system takes.</param>
/// <param name="IsForeign">True for an address that is not this host's but the client's.</param>
internal readonly record struct SourceChoice(EndPointKey EndPoint, bool IsForeign = false)
{
    /// <summary>The system takes an address and a port.</summary>
    public bool IsAny => EndPoint == default;
}
