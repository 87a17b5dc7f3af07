// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>The schema of one listener.</summary>
internal static class ListenerSchema
{
    private const string KeepAliveExpected = "off, or a mapping such as { idle: 60s, interval: 10s, probes: 3 }";

    private static readonly string[] SharedSettings = ["bind", "protocol", "pool", "maxConnections", "maxConnectionsPerClient", "idleTimeout"];
    private static readonly string[] TcpSettings = ["whenFull", "halfCloseTimeout", "inspectTimeout", "keepAlive"];
    private static readonly string[] UdpSettings = ["unansweredTimeout", "requests", "responses", "maxReplyRatio"];

    private static readonly (string Word, ListenerProtocol Value)[] Protocols = [("tcp", ListenerProtocol.Tcp), ("udp", ListenerProtocol.Udp)];

    private static readonly (string Word, FullBehaviour? Value)[] FullBehaviours = [("hold", FullBehaviour.Hold), ("refuse", FullBehaviour.Refuse)];

    public static void Read(MappingReader mapping, ReadContext context, ListenerOptions options)
    {
        // First, because a misspelt protocol must not make the settings of the other one mistakes too.
        mapping.RefuseOthers([.. SharedSettings, .. TcpSettings, .. UdpSettings]);
        options.Protocol = mapping.ReadWord("protocol", Protocols, options.Protocol);
        bool isKnown = !context.IsSuspect(mapping.PathOf("protocol"));

        options.Bind = mapping.ReadText("bind", "an address and a port such as 0.0.0.0:8080");
        options.Pool = mapping.ReadText("pool", "the name of a pool");
        options.MaxConnections = mapping.ReadInteger("maxConnections", SettingRanges.Connections, options.MaxConnections);
        options.MaxConnectionsPerClient = mapping.ReadInteger("maxConnectionsPerClient", SettingRanges.Connections, options.MaxConnectionsPerClient);
        options.IdleTimeout = mapping.ReadOptionalDuration("idleTimeout", SettingRanges.Idle, DurationText.Format(options.IdleTimeoutOrDefault));
        if (isKnown && options.Protocol == ListenerProtocol.Udp)
        {
            RefuseWritten(mapping, context, TcpSettings, ListenerValidator.MeaninglessForUdp);
            ReadUdp(mapping, options);
        }
        else if (isKnown)
        {
            RefuseWritten(mapping, context, UdpSettings, ListenerValidator.MeaninglessForTcp);
            ReadTcp(mapping, context, options);
        }
        else
        {
            // Only their form can be judged.
            ReadTcp(mapping, context, new ListenerOptions());
            ReadUdp(mapping, new ListenerOptions());
        }
    }

    private static void ReadTcp(MappingReader mapping, ReadContext context, ListenerOptions options)
    {
        options.WhenFull = mapping.ReadWord("whenFull", FullBehaviours, options.WhenFull);
        options.HalfCloseTimeout = mapping.ReadOptionalDuration("halfCloseTimeout", SettingRanges.Idle, "60s");
        options.InspectTimeout = mapping.ReadOptionalDuration("inspectTimeout", SettingRanges.Inspect, "5s");
        ReadKeepAlive(mapping, context, options);
    }

    private static void ReadUdp(MappingReader mapping, ListenerOptions options)
    {
        options.UnansweredTimeout = mapping.ReadOptionalDuration("unansweredTimeout", SettingRanges.Idle, "10s");
        options.Requests = mapping.ReadOptionalInteger("requests", SettingRanges.FlowDatagrams);
        options.Responses = mapping.ReadOptionalInteger("responses", SettingRanges.FlowDatagrams);
        options.MaxReplyRatio = mapping.ReadOptionalInteger("maxReplyRatio", SettingRanges.ReplyRatio);
    }

    /// <summary>Refuses settings by their presence: even the default would be a promise that nothing keeps.</summary>
    private static void RefuseWritten(MappingReader mapping, ReadContext context, string[] settings, string problem)
    {
        foreach (string setting in settings)
        {
            if (mapping.Find(setting) is not null)
            {
                context.Refuse(mapping.PathOf(setting), problem);
            }
        }
    }

    private static void ReadKeepAlive(MappingReader listener, ReadContext context, ListenerOptions options)
    {
        if (listener.Find("keepAlive") is not ConfigurationNode node)
        {
            return;
        }

        // Older YAML and most JSON writers turn "off" into the truth value.
        if (node.Kind == ConfigurationNodeKind.Scalar && (context.KeyComparer.Equals(node.Text, "off") || context.KeyComparer.Equals(node.Text, "false")))
        {
            options.KeepAlive = null;
            return;
        }

        if (MappingReader.TryOpen(context, listener.PathOf("keepAlive"), node, KeepAliveExpected) is not MappingReader mapping)
        {
            return;
        }

        var keepAlive = new KeepAliveOptions();
        keepAlive.Idle = mapping.ReadDuration("idle", SettingRanges.KeepAlive, keepAlive.Idle);
        keepAlive.Interval = mapping.ReadDuration("interval", SettingRanges.KeepAlive, keepAlive.Interval);
        keepAlive.Probes = mapping.ReadInteger("probes", SettingRanges.KeepAliveProbes, keepAlive.Probes);
        mapping.RefuseUnknown();
        options.KeepAlive = keepAlive;
    }
}
