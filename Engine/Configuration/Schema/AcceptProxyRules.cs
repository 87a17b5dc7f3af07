// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration.Schema;

/// <summary>What the settings of PROXY headers that come in must fit in.</summary>
internal static class AcceptProxyRules
{
    public static void CheckTrusted(AcceptProxyOptions options, SettingCheck check)
    {
        if (options.Trusted.Count == 0)
        {
            check.Refuse("is required: write the networks of those in front, such as trusted: [10.0.0.0/8]");
        }
    }
}
