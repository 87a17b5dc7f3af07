// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Soak.Faults;

/// <summary>What is done to a backend, or to the balancer.</summary>
internal enum FaultKind
{
    /// <summary>SIGKILL, and another process in its place later.</summary>
    Kill,

    /// <summary>SIGSTOP, and SIGCONT later.</summary>
    Pause,

    /// <summary>A firewall drops what goes to it.</summary>
    Cut,

    /// <summary>A firewall answers for it: RST, and ICMP port unreachable.</summary>
    Refuse,

    /// <summary>Its health check fails, and nothing else.</summary>
    Sicken,

    /// <summary>The operator drains it.</summary>
    Drain,

    /// <summary>The operator takes it out.</summary>
    Maintenance,

    /// <summary>The operator gives it another weight.</summary>
    Weigh,

    /// <summary>The operator closes some connections.</summary>
    Close,

    /// <summary>Many clients come at once that send nothing, or read nothing; then they reset.</summary>
    Crowd,

    /// <summary>A new process of the balancer takes over.</summary>
    TakeOver,

    /// <summary>The configuration is read again, with listeners, pools and addresses that come and go. Not of the schedule: it happens all the time.</summary>
    Reload,
}
