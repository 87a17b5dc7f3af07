// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration;

/// <summary>One name and its value in a mapping.</summary>
/// <param name="Key">The name as it was written.</param>
/// <param name="Value">The value.</param>
/// <param name="Line">The line of the name, from 1; null when there is none.</param>
public sealed record ConfigurationEntry(string Key, ConfigurationNode Value, int? Line = null);
