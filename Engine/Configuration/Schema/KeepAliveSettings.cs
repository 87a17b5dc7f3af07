// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>The settings of TCP keep-alive.</summary>
internal sealed class KeepAliveSettings : SettingTable<KeepAliveOptions>
{
    private KeepAliveSettings()
        : base(
            "keepAlive",
            "How a peer that vanished without a word is noticed. "
            + "A peer that takes no bytes and says nothing is given the same 90 s on Linux.")
    {
        Duration("idle", o => o.Idle, (o, v) => o.Idle = v, "1s", "9h")
            .Check((o, check) => CheckWholeSeconds(o.Idle, check))
            .Means("Silence before the first probe, in whole seconds.");
        Duration("interval", o => o.Interval, (o, v) => o.Interval = v, "1s", "9h")
            .Check((o, check) => CheckWholeSeconds(o.Interval, check))
            .Means("Time between probes, in whole seconds.");
        Number("probes", o => o.Probes, (o, v) => o.Probes = v, 1, 127)
            .Means("Unanswered probes until the connection counts as reset.");
    }

    public static KeepAliveSettings Table { get; } = new();

    private static void CheckWholeSeconds(TimeSpan value, SettingCheck check)
    {
        if (value.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            check.Refuse($"must be whole seconds, as the kernel counts them, was {DurationText.Format(value)}");
        }
    }
}
