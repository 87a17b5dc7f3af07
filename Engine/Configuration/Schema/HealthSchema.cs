// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>The schema of everything that concerns the health of a pool.</summary>
internal static class HealthSchema
{
    private const string PassiveExpected = "on, off, or a mapping such as { failures: 3, ejection: 5s, maxEjectedPercent: 50 }";

    private static readonly (string Word, HealthCheckType? Value)[] Types =
        [("tcp", HealthCheckType.Tcp), ("http", HealthCheckType.Http), ("udp", HealthCheckType.Udp)];

    private static readonly (string Word, bool? Value)[] Truths = [("true", true), ("false", false)];

    private static readonly (string Word, AllDownBehaviour Value)[] AllDownBehaviours =
        [("serve", AllDownBehaviour.Serve), ("refuse", AllDownBehaviour.Refuse)];

    private static readonly (string Word, DownBehaviour Value)[] DownBehaviours = [("keep", DownBehaviour.Keep), ("reset", DownBehaviour.Reset)];

    public static void Read(MappingReader pool, ReadContext context, BackendPoolOptions options)
    {
        options.SlowStart = pool.ReadDuration("slowStart", SettingRanges.SlowStart, options.SlowStart);
        options.WhenAllDown = pool.ReadWord("whenAllDown", AllDownBehaviours, options.WhenAllDown);
        options.OnDown = pool.ReadWord("onDown", DownBehaviours, options.OnDown);
        options.Health = ReadHealth(pool, context);
        options.Passive = ReadPassive(pool, context);
    }

    private static HealthOptions? ReadHealth(MappingReader pool, ReadContext context)
    {
        if (pool.FindMapping("health", "a mapping such as { type: tcp, interval: 5s }") is not MappingReader mapping)
        {
            return null;
        }

        HealthCheckType? type = mapping.ReadWord("type", Types, null);
        var health = new HealthOptions { Type = type ?? HealthCheckType.Tcp };
        if (type is null && !context.IsSuspect(mapping.PathOf("type")))
        {
            context.Refuse(mapping.PathOf("type"), "is required: write tcp, http or udp");
        }

        health.Interval = mapping.ReadDuration("interval", SettingRanges.HealthInterval, health.Interval);
        health.Timeout = mapping.ReadDuration("timeout", SettingRanges.HealthTimeout, health.Timeout);
        health.FastInterval = mapping.ReadOptionalDuration("fastInterval", SettingRanges.HealthInterval, "1s");
        health.Rise = mapping.ReadInteger("rise", SettingRanges.HealthThreshold, health.Rise);
        health.Fall = mapping.ReadInteger("fall", SettingRanges.HealthThreshold, health.Fall);
        health.Port = mapping.ReadOptionalInteger("port", SettingRanges.Port);
        health.Send = mapping.ReadOptionalText("send", "a text, or hex: and hexadecimal digits");
        health.Expect = mapping.ReadOptionalText("expect", "a text, or hex: and hexadecimal digits");
        health.Method = mapping.ReadOptionalText("method", "a method such as GET");
        health.Path = mapping.ReadOptionalText("path", "a path such as /healthz");
        health.Host = mapping.ReadOptionalText("host", "a host name such as example.org");
        health.ExpectStatus = mapping.ReadOptionalText("expectStatus", StatusRanges.Expected);
        health.ExpectBody = mapping.ReadOptionalText("expectBody", "a text");
        health.Tls = mapping.ReadWord("tls", Truths, health.Tls) ?? health.Tls;
        health.VerifyTls = mapping.ReadWord("verifyTls", Truths, null);
        mapping.RefuseUnknown();
        if (type is null)
        {
            // Of an unknown kind: whether its other settings belong to it cannot be told.
            context.MarkUnread(mapping.Path);
        }

        return health;
    }

    private static PassiveHealthOptions? ReadPassive(MappingReader pool, ReadContext context)
    {
        var passive = new PassiveHealthOptions();
        if (pool.Find("passive") is not ConfigurationNode node)
        {
            return passive;
        }

        // Older YAML and most JSON writers turn "on" and "off" into truth values.
        if (node.Kind == ConfigurationNodeKind.Scalar && (context.KeyComparer.Equals(node.Text, "off") || context.KeyComparer.Equals(node.Text, "false")))
        {
            return null;
        }

        bool isOn = node.Kind == ConfigurationNodeKind.Scalar && (context.KeyComparer.Equals(node.Text, "on") || context.KeyComparer.Equals(node.Text, "true"));
        if (isOn || MappingReader.TryOpen(context, pool.PathOf("passive"), node, PassiveExpected) is not MappingReader mapping)
        {
            return passive;
        }

        passive.Failures = mapping.ReadInteger("failures", SettingRanges.PassiveFailures, passive.Failures);
        passive.Ejection = mapping.ReadDuration("ejection", SettingRanges.Ejection, passive.Ejection);
        passive.MaxEjectedPercent = mapping.ReadInteger("maxEjectedPercent", SettingRanges.EjectedPercent, passive.MaxEjectedPercent);
        mapping.RefuseUnknown();
        return passive;
    }
}
