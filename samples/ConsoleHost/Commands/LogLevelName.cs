// SPDX-License-Identifier: MIT
using System.CommandLine.Parsing;
using Microsoft.Extensions.Logging;

namespace LbEngine.ConsoleHost.Commands;

/// <summary>Reads the level of a log by the names of .NET, and by those that syslog and other programs have for the same.</summary>
internal static class LogLevelName
{
    public const string Known = "trace, debug, info, warning, error, critical or none";

    /// <summary>The words that help and shells offer: one for each level. The others are taken as well.</summary>
    public static IReadOnlyList<string> Words { get; } = ["trace", "debug", "info", "warning", "error", "critical", "none"];

    /// <summary>For the option of the command line.</summary>
    public static LogLevel Read(ArgumentResult argument)
    {
        string text = argument.Tokens.Count == 0 ? "" : argument.Tokens[^1].Value;
        if (Find(text) is LogLevel level)
        {
            return level;
        }

        argument.AddError($"--log-level must be {Known}, was '{text}'.");
        return LogLevel.Information;
    }

    /// <summary>Null for a text that names none.</summary>
    public static LogLevel? Find(string text) => text.ToUpperInvariant() switch
    {
        "TRACE" => LogLevel.Trace,
        "DEBUG" => LogLevel.Debug,
        "INFORMATION" or "INFO" or "NOTICE" => LogLevel.Information,
        "WARNING" or "WARN" => LogLevel.Warning,
        "ERROR" or "ERR" => LogLevel.Error,
        "CRITICAL" or "CRIT" or "FATAL" or "ALERT" or "EMERG" => LogLevel.Critical,
        "NONE" or "OFF" => LogLevel.None,
        _ => null,
    };
}
