// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Commands;

/// <summary>How the log is written.</summary>
internal enum LogFormat
{
    /// <summary><see cref="Journal"/> when standard error goes to systemd's journal, otherwise <see cref="Text"/>.</summary>
    Auto,

    /// <summary>A line with date and time, for people.</summary>
    Text,

    /// <summary>One object a line, with the parts of each message by name.</summary>
    Json,

    /// <summary>A line that begins with a priority such as <c>&lt;4&gt;</c>, and has no time.</summary>
    Journal,
}
