// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration.Schema;
using LbEngine.Configuration.Text;
using LbEngine.Observability;
using Microsoft.Extensions.Logging;

namespace LbEngine.Resolution;

/// <summary>Tells the operator what has changed about a name: once for each change, not for each lookup.</summary>
internal static class NameLog
{
    public static void Write(ILogger logger, string name, NameState before, NameState after)
    {
        if (!ReferenceEquals(before.Addresses, after.Addresses))
        {
            string addresses = Describe(after.Addresses);
            EngineLog.NameChanged(logger, name, after.Addresses.Count, addresses);
        }

        if (after.Found > ConfigurationLimits.MostAddresses && before.Found <= ConfigurationLimits.MostAddresses)
        {
            EngineLog.NameCut(logger, name, after.Found, ConfigurationLimits.MostAddresses);
        }

        if (before.Failure is null && after.Failure is string failure)
        {
            if (after.Addresses.Count > 0)
            {
                EngineLog.NameStale(logger, name, failure, after.Addresses.Count);
            }
            else
            {
                EngineLog.NameUnknown(logger, name, failure);
            }
        }
        else if (before.Failure is not null && after.Failure is null)
        {
            EngineLog.NameRecovered(logger, name, after.Addresses.Count);
        }
    }

    private static string Describe(IReadOnlyList<IPAddress> addresses) =>
        ConfigurationText.List(addresses.Select(static address => address.ToString()), addresses.Count);
}
