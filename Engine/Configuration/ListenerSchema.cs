// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration;

/// <summary>The schema of one listener.</summary>
internal static class ListenerSchema
{
    private const string KeepAliveExpected = "off, or a mapping such as { idle: 60s, interval: 10s, probes: 3 }";

    private static readonly (string Word, ListenerProtocol Value)[] Protocols = [("tcp", ListenerProtocol.Tcp), ("udp", ListenerProtocol.Udp)];

    private static readonly (string Word, FullBehaviour Value)[] FullBehaviours = [("hold", FullBehaviour.Hold), ("refuse", FullBehaviour.Refuse)];

    public static void Read(MappingReader mapping, ReadContext context, ListenerOptions options)
    {
        options.Bind = mapping.ReadText("bind", "an address and a port such as 0.0.0.0:8080");
        options.Protocol = mapping.ReadWord("protocol", Protocols, options.Protocol);
        options.Pool = mapping.ReadText("pool", "the name of a pool");
        options.MaxConnections = mapping.ReadInteger("maxConnections", SettingRanges.Connections, options.MaxConnections);
        options.MaxConnectionsPerClient = mapping.ReadInteger("maxConnectionsPerClient", SettingRanges.Connections, options.MaxConnectionsPerClient);
        options.WhenFull = mapping.ReadWord("whenFull", FullBehaviours, options.WhenFull);
        options.IdleTimeout = mapping.ReadOptionalDuration("idleTimeout", SettingRanges.Idle, "60s");
        options.HalfCloseTimeout = mapping.ReadOptionalDuration("halfCloseTimeout", SettingRanges.Idle, "60s");
        options.UnansweredTimeout = mapping.ReadOptionalDuration("unansweredTimeout", SettingRanges.Idle, "10s");
        options.Requests = mapping.ReadOptionalInteger("requests", SettingRanges.FlowDatagrams);
        options.Responses = mapping.ReadOptionalInteger("responses", SettingRanges.FlowDatagrams);
        options.MaxReplyRatio = mapping.ReadOptionalInteger("maxReplyRatio", SettingRanges.ReplyRatio);
        ReadKeepAlive(mapping, context, options);
        mapping.RefuseUnknown();
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
