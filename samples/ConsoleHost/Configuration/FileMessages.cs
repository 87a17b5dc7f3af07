// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Commands;

namespace LbEngine.ConsoleHost.Configuration;

/// <summary>Mistakes and warnings as editors and people find them: <c>FILE:LINE: path: message</c>.</summary>
internal static class FileMessages
{
    /// <summary>Prints every mistake to standard error; false when there is none.</summary>
    public static bool ReportErrors(string file, LoadBalancerOptionsReadResult result)
    {
        foreach (ConfigurationError error in result.Errors)
        {
            HostOutput.WriteError(Format(file, error.Line, error with { Line = null }));
        }

        return result.Errors.Count > 0;
    }

    public static IEnumerable<string> Warnings(string file, LoadBalancerOptionsReadResult result) =>
        result.Warnings.Select(warning => Format(file, warning.Line, warning with { Line = null }));

    private static string Format(string file, int? line, object message) => line is int number
        ? string.Create(CultureInfo.InvariantCulture, $"{file}:{number}: {message}")
        : $"{file}: {message}";
}
