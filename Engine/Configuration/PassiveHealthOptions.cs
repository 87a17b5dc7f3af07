// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration;

/// <summary>Passive health: a backend whose live traffic fails is left out for a while, whatever probes say.</summary>
/// <remarks>As outlier detection of Envoy and <c>max_fails</c> of nginx, with times that grow while a backend fails again.</remarks>
public sealed class PassiveHealthOptions
{
    /// <summary>Failures in a row that eject a backend, 1 to 1000: connects that fail, and resets before any reply. Default 3.</summary>
    /// <remarks>A reset after the client has sent something is that client's doing: each client (IPv6: each /64) counts once until three have met it, one
    /// alone is not enough, and none counts while active checks of the backend pass.
    /// Once it is back, one more failure ejects it again unless something succeeded before. A UDP backend whose host answers that nothing
    /// listens there (ICMP port unreachable) is ejected at once.</remarks>
    public int Failures { get; set; } = 3;

    /// <summary>How long the first ejection lasts, 1 s to 1 hour; twice as long each time the backend fails again, up to 5 minutes or this, whichever
    /// is longer. Default 5 s.</summary>
    public TimeSpan Ejection { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Share of a pool's backends that may be ejected at once, 1 to 100. Default 50.</summary>
    /// <remarks>Failures that meet everybody say more about the way there than about the backends.</remarks>
    public int MaxEjectedPercent { get; set; } = 50;
}
