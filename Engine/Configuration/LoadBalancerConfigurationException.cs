// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration;

/// <summary>A configuration with mistakes; nothing was started. The message holds every mistake, one per line.</summary>
public sealed class LoadBalancerConfigurationException : Exception
{
    /// <summary>Collects the mistakes of one configuration.</summary>
    /// <param name="errors">Every mistake, at least one.</param>
    public LoadBalancerConfigurationException(IReadOnlyList<ConfigurationError> errors)
        : base(Describe(errors))
    {
        Errors = errors;
    }

    /// <summary>Every mistake, in the order of the document where there is one.</summary>
    public IReadOnlyList<ConfigurationError> Errors { get; }

    private static string Describe(IReadOnlyList<ConfigurationError> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);

        string head = errors.Count == 1 ? "The configuration has a mistake:" : $"The configuration has {errors.Count} mistakes:";
        return string.Join('\n', errors.Select(error => error.ToString()).Prepend(head));
    }
}
