// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Harness.Balancing;

/// <summary>What stands between the ends of a test.</summary>
public enum BalancerKind
{
    /// <summary>This engine over epoll.</summary>
    Linux,

    /// <summary>This engine over System.Net.Sockets.</summary>
    Sockets,

    /// <summary>HAProxy as a child process.</summary>
    HaProxy,

    /// <summary>nginx with its stream module as a child process.</summary>
    Nginx,
}
