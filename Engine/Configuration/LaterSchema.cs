// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Configuration;

/// <summary>Settings that are known, but have no effect in this version: their form is checked and they are warned of.</summary>
internal static class LaterSchema
{
    private const string Warning = "accepted, but without effect in this version";

    private static readonly (string Word, string Value)[] HealthTypes = [("tcp", "tcp"), ("http", "http"), ("udp", "udp")];

    public static void ReadSlowStart(MappingReader pool, ReadContext context)
    {
        const string Key = "slowStart";
        TimeSpan value = pool.ReadDuration(Key, SettingRanges.SlowStart, TimeSpan.Zero);
        Check(pool, context, Key, SettingRanges.SlowStart.Contains(value), SettingRanges.SlowStart.Refuse(DurationText.Format(value)));
        if (pool.Find(Key) is not null)
        {
            context.Warn(pool.PathOf(Key), Warning);
        }
    }

    public static void ReadHealth(MappingReader pool, ReadContext context)
    {
        if (pool.FindMapping("health", "a mapping such as { type: tcp, interval: 5s }") is not MappingReader mapping)
        {
            return;
        }

        string type = mapping.ReadWord("type", HealthTypes, "");
        Check(mapping, context, "type", type.Length > 0, "is required: write tcp, http or udp");
        CheckDuration(mapping, context, "interval", SettingRanges.HealthInterval, TimeSpan.FromSeconds(5));
        CheckDuration(mapping, context, "timeout", SettingRanges.HealthTimeout, TimeSpan.FromSeconds(2));
        CheckInteger(mapping, context, "rise", SettingRanges.HealthThreshold, 2);
        CheckInteger(mapping, context, "fall", SettingRanges.HealthThreshold, 3);
        CheckInteger(mapping, context, "port", SettingRanges.Port, SettingRanges.Port.Min);
        string path = mapping.ReadText("path", "a path such as /healthz", "/");
        Check(mapping, context, "path", path.StartsWith('/'), $"must begin with a slash, such as /healthz, was {ConfigurationText.Quote(path)}");
        _ = mapping.ReadText("host", "a host name such as example.org");
        string status = mapping.ReadText("expectStatus", "a status or a range such as 200-299", "200");
        Check(mapping, context, "expectStatus", IsStatusRange(status), $"must be a status or a range such as 200-299, was {ConfigurationText.Quote(status)}");
        RefuseHttpSettings(mapping, context, type);
        mapping.RefuseUnknown();
        context.Warn(mapping.Path, Warning);
    }

    private static void CheckDuration(MappingReader mapping, ReadContext context, string key, DurationRange range, TimeSpan fallback)
    {
        TimeSpan value = mapping.ReadDuration(key, range, fallback);
        Check(mapping, context, key, range.Contains(value), range.Refuse(DurationText.Format(value)));
    }

    private static void CheckInteger(MappingReader mapping, ReadContext context, string key, IntegerRange range, int fallback)
    {
        int value = mapping.ReadInteger(key, range, fallback);
        Check(mapping, context, key, range.Contains(value), range.Refuse(value.ToString(CultureInfo.InvariantCulture)));
    }

    private static void RefuseHttpSettings(MappingReader mapping, ReadContext context, string type)
    {
        foreach (string key in (ReadOnlySpan<string>)["path", "host", "expectStatus"])
        {
            Check(mapping, context, key, type is "http" or "" || mapping.Find(key) is null, $"belongs to type: http; leave it out with type: {type}");
        }
    }

    private static void Check(MappingReader mapping, ReadContext context, string key, bool right, string problem)
    {
        if (!right && !context.IsSuspect(mapping.PathOf(key)))
        {
            context.Refuse(mapping.PathOf(key), problem);
        }
    }

    private static bool IsStatusRange(string text)
    {
        string[] ends = text.Split('-');
        return ends.Length is 1 or 2
            && ends.All(end => end.Length == 3 && IntegerText.IsWritten(end) && end[0] is >= '1' and <= '5')
            && string.CompareOrdinal(ends[0], ends[^1]) <= 0;
    }
}
