// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration.Schema;

/// <summary>The settings of passive health.</summary>
internal sealed class PassiveSettings : SettingTable<PassiveHealthOptions>
{
    private PassiveSettings()
        : base(
            "passive",
            "A backend whose live traffic fails is left out for a while, without any probe. "
            + "As outlier detection of Envoy and `max_fails` of nginx, with times that grow while a backend fails again.")
    {
        Example = "passive: { failures: 3, ejection: 5s, maxEjectedPercent: 50 }";

        Number("failures", o => o.Failures, (o, v) => o.Failures = v, 1, 1000)
            .Means("Failures in a row that eject a backend: connects that fail, and resets before any reply.")
            .Noting(
                "Within 30 s of each other. Once it is back, one more failure ejects it again unless something succeeded before. "
                + "A reset after the client has sent something is that client's doing: each client (IPv6: each /64) counts once until three have met it, "
                + "one alone is not enough, and none counts while active checks of the backend pass. "
                + "Over UDP one ICMP port unreachable is enough.");
        Duration("ejection", o => o.Ejection, (o, v) => o.Ejection = v, "1s", "1h")
            .Means("How long the first ejection lasts.")
            .Noting("Twice as long each time the backend fails again, up to 5 minutes or this, whichever is longer.");
        Number("maxEjectedPercent", o => o.MaxEjectedPercent, (o, v) => o.MaxEjectedPercent = v, 1, 100)
            .Means("Share of a pool's backends that may be ejected at once.")
            .Noting("Failures that meet everybody say more about the way there than about the backends.");
    }

    public static PassiveSettings Table { get; } = new();
}
