// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration;

/// <summary>A configuration has mistakes; nothing was started.</summary>
public sealed class LoadBalancerConfigurationException : Exception
{
    /// <summary>Holds every mistake that was found, at least one.</summary>
    public LoadBalancerConfigurationException(IReadOnlyList<ConfigurationError> errors)
        : base(string.Join(Environment.NewLine, errors)) => Errors = errors;

    /// <summary>Every mistake, in the order of the document.</summary>
    public IReadOnlyList<ConfigurationError> Errors { get; }
}
