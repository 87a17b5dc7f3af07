// SPDX-License-Identifier: MIT
using LbEngine.Configuration;

namespace LbEngine.ConsoleHost.Configuration;

/// <summary>Carries one mistake out of a half-read document or a file that cannot be read.</summary>
internal sealed class ConfigurationRefusedException(ConfigurationError error) : Exception(error.ToString())
{
    public ConfigurationError Error { get; } = error;
}
