// SPDX-License-Identifier: MIT
using LbEngine.ConsoleHost.Systemd;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace LbEngine.ConsoleHost.Commands;

/// <summary>The host's log: one line per message, to standard error.</summary>
internal static class HostLogging
{
    /// <summary>Sorts as text, and tells days apart.</summary>
    private const string Timestamp = "yyyy-MM-dd HH:mm:ss.fff ";

    /// <summary>What a machine reads is the same everywhere: universal time, as ISO 8601 writes it.</summary>
    private const string UniversalTimestamp = "yyyy-MM-ddTHH:mm:ss.fffZ";

    public static ILoggerFactory Create(LogLevel level, LogFormat format)
    {
        LogFormat chosen = format != LogFormat.Auto ? format : JournalStream.IsStandardError() ? LogFormat.Journal : LogFormat.Text;
        ILoggerFactory factory = LoggerFactory.Create(logging => Format(logging.SetMinimumLevel(level), chosen).AddConsole(console =>
        {
            // A reactor that waits for a terminal serves nobody: rather lose a message.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        }));

        // JSON escapes what a terminal would act on by itself.
        return new PatientLoggerFactory(chosen == LogFormat.Json ? factory : new PlainLoggerFactory(factory));
    }

    private static ILoggingBuilder Format(ILoggingBuilder logging, LogFormat format) => format switch
    {
        LogFormat.Json => logging.AddJsonConsole(static json => (json.UseUtcTimestamp, json.TimestampFormat) = (true, UniversalTimestamp)),

        // The journal writes down the time itself, and understands "<4>" before a line as its priority (man 3 sd-daemon).
        LogFormat.Journal => logging.AddSystemdConsole(),
        _ => logging.AddSimpleConsole(static simple => (simple.SingleLine, simple.TimestampFormat) = (true, Timestamp)),
    };
}
