// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>Checks everything that concerns the health of a pool.</summary>
internal static class HealthValidator
{
    private const int LongestText = 1024;

    public static void Validate(string poolPath, BackendPoolOptions pool, ValidationContext context)
    {
        context.CheckDuration(poolPath, "slowStart", pool.SlowStart, SettingRanges.SlowStart);
        context.CheckWord(poolPath, "whenAllDown", pool.WhenAllDown, "serve, refuse");
        context.CheckWord(poolPath, "onDown", pool.OnDown, "keep, reset");
        if (pool.Passive is PassiveHealthOptions passive)
        {
            string path = ConfigurationText.Join(poolPath, "passive");
            context.CheckInteger(path, "failures", passive.Failures, SettingRanges.PassiveFailures);
            context.CheckDuration(path, "ejection", passive.Ejection, SettingRanges.Ejection);
            context.CheckInteger(path, "maxEjectedPercent", passive.MaxEjectedPercent, SettingRanges.EjectedPercent);
        }

        if (pool.Health is HealthOptions health)
        {
            CheckHealth(ConfigurationText.Join(poolPath, "health"), health, context);
        }
    }

    private static void CheckHealth(string path, HealthOptions health, ValidationContext context)
    {
        context.CheckWord(path, "type", health.Type, "tcp, http, udp");
        context.CheckDuration(path, "interval", health.Interval, SettingRanges.HealthInterval);
        context.CheckDuration(path, "timeout", health.Timeout, SettingRanges.HealthTimeout);
        context.CheckInteger(path, "rise", health.Rise, SettingRanges.HealthThreshold);
        context.CheckInteger(path, "fall", health.Fall, SettingRanges.HealthThreshold);
        if (health.Port is int port)
        {
            context.CheckInteger(path, "port", port, SettingRanges.Port);
        }

        if (health.FastInterval is TimeSpan fast)
        {
            context.CheckDuration(path, "fastInterval", fast, SettingRanges.HealthInterval);
            if (SettingRanges.HealthInterval.Contains(fast) && SettingRanges.HealthInterval.Contains(health.Interval) && fast > health.Interval)
            {
                context.Refuse(
                    ConfigurationText.Join(path, "fastInterval"),
                    $"must be at most interval, which is {DurationText.Format(health.Interval)}, was {DurationText.Format(fast)}; write less here, or a longer interval");
            }
        }

        if (!Enum.IsDefined(health.Type))
        {
            return;
        }

        if (health.Type == HealthCheckType.Http)
        {
            CheckHttp(path, health, context);
        }

        RefuseForeign(path, health, context);
        CheckPayload(path, "send", health.Send, context);
        CheckPayload(path, "expect", health.Expect, context);
    }

    private static void CheckHttp(string path, HealthOptions health, ValidationContext context)
    {
        CheckText(path, "method", health.Method, text => text.All(char.IsAsciiLetter), "a method such as GET or HEAD", context);
        CheckText(path, "path", health.Path, text => text[0] == '/' && text.All(IsVisible), "a path that begins with a slash, such as /healthz, without blanks", context);
        CheckText(path, "host", health.Host, text => text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':' or '[' or ']'), "a host name such as example.org", context);
        CheckText(path, "expectStatus", health.ExpectStatus, text => StatusRanges.TryParse(text) is not null, StatusRanges.Expected, context);
        CheckText(path, "expectBody", health.ExpectBody, _ => true, $"a text of at most {LongestText} characters", context);
        if (health.VerifyTls is not null && !health.Tls)
        {
            context.Refuse(ConfigurationText.Join(path, "verifyTls"), "has no meaning without tls: remove it, or write tls: true");
        }

        if (health.ExpectBody is not null && string.Equals(health.Method, "HEAD", StringComparison.OrdinalIgnoreCase))
        {
            context.Refuse(ConfigurationText.Join(path, "expectBody"), "can never be met, since HEAD is answered without a body; remove it, or write method: GET");
        }
    }

    private static void RefuseForeign(string path, HealthOptions health, ValidationContext context)
    {
        bool isHttp = health.Type == HealthCheckType.Http;
        string word = health.Type.ToString().ToLowerInvariant();
        (string Setting, bool IsSet, bool IsOfHttp)[] settings =
        [
            ("send", health.Send is not null, false),
            ("expect", health.Expect is not null, false),
            ("method", health.Method is not null, true),
            ("path", health.Path is not null, true),
            ("host", health.Host is not null, true),
            ("expectStatus", health.ExpectStatus is not null, true),
            ("expectBody", health.ExpectBody is not null, true),
            ("tls", health.Tls, true),
            ("verifyTls", health.VerifyTls is not null, true),
        ];
        foreach ((string setting, bool isSet, bool isOfHttp) in settings)
        {
            if (isSet && isOfHttp != isHttp)
            {
                string owner = isOfHttp ? "type: http" : "type: tcp and type: udp";
                context.Refuse(ConfigurationText.Join(path, setting), $"belongs to {owner}; leave it out with type: {word}");
            }
        }
    }

    private static void CheckPayload(string path, string setting, string? text, ValidationContext context)
    {
        if (text is not null && !PayloadText.TryParse(text, out _, out string problem))
        {
            context.Refuse(ConfigurationText.Join(path, setting), problem);
        }
    }

    private static void CheckText(string path, string setting, string? text, Predicate<string> isRight, string expected, ValidationContext context)
    {
        if (text is not null && (text.Length is 0 or > LongestText || !isRight(text)))
        {
            context.Refuse(ConfigurationText.Join(path, setting), $"must be {expected}, was {ConfigurationText.Quote(text)}");
        }
    }

    private static bool IsVisible(char c) => c is > ' ' and <= '~';
}
