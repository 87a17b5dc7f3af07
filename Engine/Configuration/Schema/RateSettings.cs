// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Schema.Rows;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>The settings of how many clients may come in a time.</summary>
internal sealed class RateSettings : SettingTable<RateOptions>
{
    private const int MostBurst = 1_000_000;

    // A bucket that is refilled in longer is a mistake, and would be forgotten with the process that keeps it.
    private static readonly TimeSpan LongestRefill = TimeSpan.FromDays(1);

    private RateSettings()
        : base("rate", "How many clients may come in a time: new connections, over UDP new flows, or datagrams where each is placed by itself.")
    {
        Example = "rate: { perClient: 10/s, burst: 20, total: 5000/s, over: drop }";

        Text("perClient", o => o.PerClient, (o, v) => o.PerClient = v, TextForms.Rate)
            .Check(CheckAny)
            .For("slow down a client that comes too often")
            .Means("New connections or flows of one client: `10/s`, `600/m`, `100/h`.")
            .Noting("A client that keeps to it in the long run is never turned away; one that does not gets just that many.");
        Number("burst", o => o.Burst, (o, v) => o.Burst = v, 1, MostBurst)
            .Check((o, check) => CheckBurst(o.PerClient, "perClient", o.BurstOrDefault, check))
            .Unset("those of a second")
            .Means("As many may come at once, and after a pause again.");
        Number("prefixV4", o => o.PrefixV4, (o, v) => o.PrefixV4 = v, 1, 32)
            .Means("Leading bits of an IPv4 address that make a client.");
        Number("prefixV6", o => o.PrefixV6, (o, v) => o.PrefixV6 = v, 1, 128)
            .Means("The same of an IPv6 address.");
        Text("total", o => o.Total, (o, v) => o.Total = v, TextForms.Rate)
            .For("limit how many clients come in a second")
            .Means("The same for all clients of the listener together.")
            .Noting("Who is over `perClient` does not count here, and takes nothing away from others.");
        Number("totalBurst", o => o.TotalBurst, (o, v) => o.TotalBurst = v, 1, MostBurst)
            .Check((o, check) => CheckBurst(o.Total, "total", o.TotalBurstOrDefault, check))
            .Unset("those of a second")
            .Means("As many of all clients may come at once.");
        Word<OverRateBehaviour>("over", o => o.Over, (o, v) => o.Over = v, o => o.OverOrDefault)
            .Means("TCP: a connection that is over is reset, or dropped without a word. UDP drops what is over.")
            .Noting(
                "`drop` is for attackers: the client waits, and it costs this host nothing. Linux closes a connection without a word for a process with "
                + "CAP_NET_ADMIN; without that, and elsewhere, a reset is sent that lives for one hop.");
    }

    public static RateSettings Table { get; } = new();

    private static void CheckAny(RateOptions rate, SettingCheck check)
    {
        if (string.IsNullOrEmpty(rate.PerClient) && string.IsNullOrEmpty(rate.Total))
        {
            check.Refuse("is required, unless there is total: write how many may come, such as 10/s, or remove rate");
        }
    }

    private static void CheckBurst(string rate, string name, int burst, SettingCheck check)
    {
        if (string.IsNullOrEmpty(rate))
        {
            if (burst > 0)
            {
                check.Refuse($"has no meaning without {name}: write {name}, or remove it");
            }
        }
        else if (RateText.TryParse(rate, out int count, out TimeSpan per, out _) && burst * (per / count) > LongestRefill)
        {
            check.Refuse($"{burst} at {rate} take longer than a day to come again: write less, or a higher {name}");
        }
    }
}
