// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Admin.Messages;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Commands;

namespace LbEngine.ConsoleHost.Configuration;

/// <summary>Mistakes and warnings as editors and people find them: <c>FILE:LINE: path: message</c>.</summary>
internal static class FileMessages
{
    /// <summary>Prints every mistake to standard error; false when there is none.</summary>
    public static bool ReportErrors(string file, LoadBalancerOptionsReadResult result)
    {
        foreach (string error in Errors(file, result.Errors))
        {
            HostOutput.WriteError(error);
        }

        return result.Errors.Count > 0;
    }

    public static IEnumerable<string> Errors(string file, IEnumerable<ConfigurationError> errors) =>
        errors.Select(error => Format(error.File ?? file, error.Line, error with { Line = null, File = null }));

    public static IEnumerable<string> Warnings(string file, IEnumerable<ConfigurationWarning> warnings) =>
        warnings.Select(warning => Format(warning.File ?? file, warning.Line, warning with { Line = null, File = null }));

    /// <summary>The same for what a balancer has found.</summary>
    public static string Format(string file, MistakeMessage mistake) =>
        Format(mistake.File ?? file, mistake.Line, new ConfigurationError(mistake.Path, mistake.Message));

    private static string Format(string file, int? line, object message) => line is int number
        ? string.Create(CultureInfo.InvariantCulture, $"{file}:{number}: {message}")
        : $"{file}: {message}";
}
