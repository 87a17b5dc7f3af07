// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration.Schema;

/// <summary>The settings of source-IP affinity.</summary>
internal sealed class AffinitySettings : SettingTable<AffinityOptions>
{
    private AffinitySettings()
        : base("affinity", "A client address meets the backend that it met before.")
    {
        Example = "affinity: { timeout: 5m, prefixV4: 32, prefixV6: 64 }";

        Duration("timeout", o => o.Timeout, (o, v) => o.Timeout = v, "1s", "7d")
            .Means("How long a choice is remembered after the client's last connection has ended.");
        Number("prefixV4", o => o.PrefixV4, (o, v) => o.PrefixV4 = v, 1, 32)
            .Means("Leading bits of an IPv4 address that count.")
            .Noting("A shorter prefix sends a whole network to one backend.");
        Number("prefixV6", o => o.PrefixV6, (o, v) => o.PrefixV6 = v, 1, 128)
            .Means("Leading bits of an IPv6 address that count.");
        Number("maxEntries", o => o.MaxEntries, (o, v) => o.MaxEntries = v, 64, 16_777_216)
            .Means("Choices remembered at once; the least recently used gives way.");
    }

    public static AffinitySettings Table { get; } = new();
}
