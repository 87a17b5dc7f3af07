// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration;

/// <summary>What a listener listens to.</summary>
public enum ListenerProtocol
{
    /// <summary>TCP connections.</summary>
    Tcp,

    /// <summary>UDP flows.</summary>
    Udp,
}
