// SPDX-License-Identifier: MIT
using Microsoft.Extensions.Logging;

namespace LbEngine.ConsoleHost.Commands;

/// <summary>What the command line of <c>lb run</c> says.</summary>
/// <param name="File">The configuration.</param>
/// <param name="StateFile">Where what is set at run time is kept; null for nowhere.</param>
/// <param name="Watch">Reload when the file changes.</param>
/// <param name="TakesOver">Replace the balancer at the admin socket file, if there is one.</param>
/// <param name="LogLevel">The least important messages that are logged.</param>
/// <param name="LogFormat">How they are written.</param>
internal sealed record RunSettings(string File, string? StateFile, bool Watch, bool TakesOver, LogLevel LogLevel, LogFormat LogFormat);
