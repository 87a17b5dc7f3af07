// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>What the settings of a health check must fit in among each other.</summary>
internal static class HealthRules
{
    public static void CheckFastInterval(HealthOptions health, SettingCheck check)
    {
        if (health.FastInterval is TimeSpan fast && health.Interval >= TimeSpan.FromMilliseconds(50) && fast > health.Interval)
        {
            check.Refuse(
                $"must be at most interval, which is {DurationText.Format(health.Interval)}, was {DurationText.Format(fast)}; "
                + "write less here, or a longer interval");
        }
    }

    public static void CheckExpectBody(HealthOptions health, SettingCheck check)
    {
        if (health.ExpectBody is not null && string.Equals(health.Method, "HEAD", StringComparison.OrdinalIgnoreCase))
        {
            check.Refuse("can never be met, since HEAD is answered without a body; remove it, or write method: GET");
        }
    }

    public static void CheckVerifyTls(HealthOptions health, SettingCheck check)
    {
        if (health.VerifyTls is not null && !health.Tls)
        {
            check.Refuse("has no meaning without tls: remove it, or write tls: true");
        }
    }
}
