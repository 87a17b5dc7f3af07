// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration.Schema;

/// <summary>The settings of lookups.</summary>
internal sealed class ResolveSettings : SettingTable<ResolveOptions>
{
    private ResolveSettings()
        : base(
            "resolve",
            "How host names among the backends are looked up. The system's resolver does it; "
            + "a name stands for every address of its last answer, up to 64. A lookup that fails leaves the last answer in use.")
    {
        Example = "resolve: { interval: 20s, timeout: 2s, family: ipv4 }";

        Duration("interval", o => o.Interval, (o, v) => o.Interval = v, "1s", "1h")
            .Means("Time between the end of one lookup and the start of the next, give or take a tenth.")
            .Noting(
                "The system's resolver does not tell how long an answer may be kept. After a failure the next lookup comes after 1 s, 2 s, 4 s, up to this. "
                + "A name in several pools is looked up as often as the shortest interval says.");
        Duration("timeout", o => o.Timeout, (o, v) => o.Timeout = v, "100ms", "20s")
            .Means("How long a lookup may take. A start, and a reload with new names, wait for at most this.")
            .Noting("An answer that comes later is used all the same, but the name counts as failing.");
        Word<ResolveFamily>("family", o => o.Family, (o, v) => o.Family = v)
            .Means("Which addresses are used: all of them, or one kind only.")
            .Noting("On a host without a way to IPv6 addresses, `ipv4` leaves those of a name out.");
    }

    public static ResolveSettings Table { get; } = new();
}
