// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Schema.Rows;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>The settings of a stop.</summary>
internal sealed class DrainSettings : SettingTable<DrainOptions>
{
    private DrainSettings()
        : base("drain", "How a balancer that stops, and a backend that is drained, treat their live connections.")
    {
        Example = "drain: { delay: 5s, timeout: 300s, spread: 30s }";

        Duration("delay", o => o.Delay, (o, v) => o.Delay = v, new DurationForm(DurationRange.Parse("0s", "1h"), off: TimeSpan.Zero))
            .Means("How long clients are still taken after the balancer was asked to stop.")
            .Noting(
                "Meanwhile its status says that it drains, so that whoever is in front"
                + " (DNS, VRRP, another balancer) takes it out before it refuses anybody.");
        Duration("timeout", o => o.Timeout, (o, v) => o.Timeout = v, "0s", "24h")
            .Means("How long live connections and flows may take to end by themselves.")
            .Noting("0s closes them at once. The host's own patience with a stopping service may be shorter.");
        Duration("spread", o => o.Spread, (o, v) => o.Spread = v, new DurationForm(DurationRange.Parse("0s", "1h"), off: TimeSpan.Zero))
            .Means("What is left is then closed over this time, so that clients do not all come back at once.");
    }

    public static DrainSettings Table { get; } = new();
}
