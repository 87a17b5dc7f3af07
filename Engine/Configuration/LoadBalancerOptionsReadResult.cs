// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Schema;

namespace LbEngine.Configuration;

/// <summary>What <see cref="LoadBalancerOptionsReader"/> made of a document.</summary>
public sealed class LoadBalancerOptionsReadResult
{
    /// <summary>A result of a reader of your own.</summary>
    /// <param name="options">The options as far as they could be read.</param>
    /// <param name="errors">Every mistake; the options are not to be used when there is one.</param>
    /// <param name="warnings">What is allowed, but worth a word.</param>
    public LoadBalancerOptionsReadResult(
        LoadBalancerOptions options, IReadOnlyList<ConfigurationError> errors, IReadOnlyList<ConfigurationWarning> warnings)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(errors);
        ArgumentNullException.ThrowIfNull(warnings);
        Options = options;
        Errors = errors;
        Warnings = warnings;
    }

    /// <summary>The options as far as they could be read: complete when there are no <see cref="Errors"/>, not to be used when there are.</summary>
    public LoadBalancerOptions Options { get; }

    /// <summary>Every mistake in the document, in the order of its lines; empty when the options may be used.</summary>
    public IReadOnlyList<ConfigurationError> Errors { get; }

    /// <summary>What is allowed, but worth a word to the operator.</summary>
    public IReadOnlyList<ConfigurationWarning> Warnings { get; }

    /// <summary>What the document says in a section that the host has added.</summary>
    /// <typeparam name="TOptions">The options of the section.</typeparam>
    /// <param name="section">The section as it was given to the reader.</param>
    /// <returns>Its options, fresh ones where nothing was written; null for <c>off</c>.</returns>
    public TOptions? GetSection<TOptions>(HostSection<TOptions> section)
        where TOptions : class, new()
    {
        ArgumentNullException.ThrowIfNull(section);
        return section.Find(Options);
    }

    /// <summary>A result for a document that could not be read at all.</summary>
    /// <param name="error">Why not.</param>
    public static LoadBalancerOptionsReadResult FromError(ConfigurationError error) => new(new LoadBalancerOptions(), [error], []);

    /// <summary>A result for a document that could not be read at all, for several reasons.</summary>
    /// <param name="errors">Why not.</param>
    public static LoadBalancerOptionsReadResult FromErrors(IReadOnlyList<ConfigurationError> errors) => new(new LoadBalancerOptions(), errors, []);

    /// <summary>Returns the options, or throws every mistake at once.</summary>
    /// <exception cref="LoadBalancerConfigurationException">There are <see cref="Errors"/>.</exception>
    public LoadBalancerOptions GetOptionsOrThrow() =>
        Errors.Count == 0 ? Options : throw new LoadBalancerConfigurationException(Errors);
}
