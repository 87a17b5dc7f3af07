// SPDX-License-Identifier: MIT
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace LbEngine.ConsoleHost.Commands;

/// <summary>The host's log: one line per message, to standard error.</summary>
internal static class HostLogging
{
    public static ILoggerFactory Create(LogLevel level) => new PlainLoggerFactory(LoggerFactory.Create(logging => logging
        .SetMinimumLevel(level)
        .AddSimpleConsole(format =>
        {
            format.SingleLine = true;
            format.TimestampFormat = "HH:mm:ss.fff ";
        })
        .AddConsole(console =>
        {
            // A reactor that waits for a terminal serves nobody: rather lose a message.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        })));
}
