// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Schema.Rows;

namespace LbEngine.Configuration.Schema;

/// <summary>The settings of PROXY headers that come in.</summary>
internal sealed class AcceptProxySettings : SettingTable<AcceptProxyOptions>
{
    private AcceptProxySettings()
        : base("acceptProxy", "Every client, over UDP every datagram (of version 2), begins with a PROXY header that says who it really is.")
    {
        Example = "acceptProxy: { trusted: [10.0.0.0/8, 192.0.2.1], untrusted: refuse }";

        Texts("trusted", o => o.Trusted, TextForms.Network, ConfigurationLimits.MostNetworks)
            .Required("write the networks of those in front, such as trusted: [10.0.0.0/8]")
            .Means("Networks of those whose header is believed.")
            .Noting("Whoever is in one of them can be any client that it likes.");
        Word<UntrustedProxyBehaviour>("untrusted", o => o.Untrusted, (o, v) => o.Untrusted = v)
            .Means("All others are turned away (`refuse`), or send a header that is skipped and changes nothing (`ignore`).")
            .Noting("Whether there is a header is never guessed: a client could write one for itself.");
    }

    public static AcceptProxySettings Table { get; } = new();
}
