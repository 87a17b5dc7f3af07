// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Schema;
using LbEngine.Scheduling;
using Microsoft.Extensions.Configuration;

namespace LbEngine.Configuration;

/// <summary>Reads a configuration from JSON text, an <see cref="IConfiguration"/> or any tree of <see cref="ConfigurationNode"/>.</summary>
/// <remarks>
/// One schema for all of them. Nothing is thrown: the result holds every mistake of form (unknown or doubled names, wrong types,
/// missing units) and of meaning (ranges, addresses, pools that do not exist), each with its path, and with its line where there is one.
/// The same schema for people and for editors: <see cref="ConfigurationSchema"/>. A document may name it with <c>$schema</c>, which is ignored.
/// </remarks>
/// <example>
/// <code>
/// LoadBalancerOptions options = LoadBalancerOptionsReader.ReadJson(File.ReadAllBytes("lb.json")).GetOptionsOrThrow();
/// await balancer.ApplyAsync(options);
/// </code>
/// </example>
public static class LoadBalancerOptionsReader
{
    /// <summary>The largest document that is read: 1 MiB.</summary>
    public const int MaxDocumentBytes = 1 << 20;

    /// <summary>The deepest nesting that is read: 32 levels. The schema needs six.</summary>
    public const int MaxDepth = 32;

    private const string SectionName = "LoadBalancer";

    private static readonly string[] BuiltInSchedulers =
    [
        SchedulerNames.WeightedLeastConnections,
        SchedulerNames.SmoothWeightedRoundRobin,
        SchedulerNames.PowerOfTwoChoices,
        SchedulerNames.SourceHash,
    ];

    /// <summary>Reads a tree. Its root is the schema, or a mapping with nothing but a <c>LoadBalancer</c> section.</summary>
    /// <param name="root">The document.</param>
    /// <param name="addedSchedulers">Names of schedulers that the embedder adds to the built-in ones; null for none.</param>
    /// <param name="hostSections">Sections that the host adds to the engine's own; null for none.
    /// <see cref="LoadBalancerOptionsReadResult.GetSection"/> has what they say.</param>
    [SuppressMessage("ApiDesign", "RS0026", Justification = "The overloads differ in a required argument, so that no call can mean both.")]
    public static LoadBalancerOptionsReadResult Read(
        ConfigurationNode root, IReadOnlyCollection<string>? addedSchedulers = null, IReadOnlyList<HostSection>? hostSections = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        return Read(root, new ReadContext(StringComparer.Ordinal), addedSchedulers, hostSections);
    }

    /// <summary>Reads JSON text in UTF-8. Comments and trailing commas are allowed.</summary>
    /// <param name="utf8Json">The document, at most <see cref="MaxDocumentBytes"/> bytes.</param>
    /// <param name="addedSchedulers">Names of schedulers that the embedder adds to the built-in ones; null for none.</param>
    /// <param name="hostSections">Sections that the host adds to the engine's own; null for none.
    /// <see cref="LoadBalancerOptionsReadResult.GetSection"/> has what they say.</param>
    public static LoadBalancerOptionsReadResult ReadJson(
        ReadOnlySpan<byte> utf8Json, IReadOnlyCollection<string>? addedSchedulers = null, IReadOnlyList<HostSection>? hostSections = null) =>
        JsonDocumentReader.TryRead(utf8Json, out ConfigurationNode root, out ConfigurationError error)
            ? Read(root, addedSchedulers, hostSections)
            : LoadBalancerOptionsReadResult.FromError(error);

    /// <summary>Makes a tree of JSON text in UTF-8, for a host that changes it before it is read. Comments and trailing commas are allowed.</summary>
    /// <param name="utf8Json">The document, at most <see cref="MaxDocumentBytes"/> bytes.</param>
    /// <param name="root">The tree, with lines.</param>
    /// <param name="error">Why there is none.</param>
    /// <returns>True when there is a tree.</returns>
    public static bool TryParseJson(ReadOnlySpan<byte> utf8Json, out ConfigurationNode root, out ConfigurationError error) =>
        JsonDocumentReader.TryRead(utf8Json, out root, out error);

    /// <summary>Reads a section of an <see cref="IConfiguration"/>, such as <c>configuration.GetSection("LoadBalancer")</c>. Keys ignore case
    /// there.</summary>
    /// <param name="section">The section whose children are the schema.</param>
    /// <param name="addedSchedulers">Names of schedulers that the embedder adds to the built-in ones; null for none.</param>
    /// <param name="hostSections">Sections that the host adds to the engine's own; null for none.
    /// <see cref="LoadBalancerOptionsReadResult.GetSection"/> has what they say.</param>
    /// <remarks>An <see cref="IConfiguration"/> writes lists as names that count up from 0, so pools, listeners and backends cannot have such names
    /// there.</remarks>
    [SuppressMessage("ApiDesign", "RS0026", Justification = "The overloads differ in a required argument, so that no call can mean both.")]
    public static LoadBalancerOptionsReadResult Read(
        IConfiguration section, IReadOnlyCollection<string>? addedSchedulers = null, IReadOnlyList<HostSection>? hostSections = null)
    {
        ArgumentNullException.ThrowIfNull(section);

        var context = new ReadContext(StringComparer.OrdinalIgnoreCase);
        return Read(SectionTreeReader.Read(section, context), context, addedSchedulers, hostSections);
    }

    private static LoadBalancerOptionsReadResult Read(
        ConfigurationNode root, ReadContext context, IReadOnlyCollection<string>? addedSchedulers, IReadOnlyList<HostSection>? hostSections)
    {
        root = Unwrap(root, context);
        var options = new LoadBalancerOptions();
        context.Note("", DocumentPlace.Of(root));
        if (MappingReader.TryOpen(context, "", root, "a mapping with listeners and pools") is not MappingReader mapping)
        {
            return new LoadBalancerOptionsReadResult(options, context.Errors, context.Warnings);
        }

        RootSettings settings = RootSettings.With(hostSections);
        settings.ReadDocument(mapping, context, options);
        string[] schedulers = [.. BuiltInSchedulers, .. addedSchedulers ?? []];
        List<ConfigurationError> errors = FindErrors(context, LoadBalancerOptionsValidator.Validate(options, schedulers, settings));
        return new LoadBalancerOptionsReadResult(options, errors, FindWarnings(options, context, errors.Count == 0));
    }

    /// <summary>Takes the schema out of a <c>LoadBalancer</c> section that is alone in its document.</summary>
    private static ConfigurationNode Unwrap(ConfigurationNode root, ReadContext context)
    {
        ConfigurationEntry[] entries = [.. root.Entries.Where(entry => !context.KeyComparer.Equals(entry.Key, RootSettings.SchemaKey))];
        return entries is [ConfigurationEntry only] && context.KeyComparer.Equals(only.Key, SectionName) ? only.Value : root;
    }

    /// <summary>Mistakes of form, then mistakes of meaning in what could be read, sorted by file and line.</summary>
    private static List<ConfigurationError> FindErrors(ReadContext context, IReadOnlyList<ConfigurationError> found)
    {
        var errors = new List<ConfigurationError>(context.Errors);
        bool poolsAreRead = !context.IsUnread("pools");
        foreach (ConfigurationError error in found)
        {
            bool followsFromAnother = context.IsSuspect(error.Path) || (!poolsAreRead && error.Path.EndsWith(".pool", StringComparison.Ordinal));
            if (!followsFromAnother)
            {
                string path = context.OriginOf(error.Path);
                DocumentPlace place = context.FindPlace(path);
                errors.Add(error with { Path = path, Line = place.Line, File = place.File });
            }
        }

        return [.. errors.Distinct().OrderBy(error => error.File, StringComparer.Ordinal).ThenBy(error => error.Line ?? 0)];
    }

    private static List<ConfigurationWarning> FindWarnings(LoadBalancerOptions options, ReadContext context, bool isComplete)
    {
        var warnings = new List<ConfigurationWarning>(context.Warnings);
        foreach (ConfigurationWarning warning in isComplete ? LoadBalancerOptionsValidator.FindWarnings(options) : [])
        {
            DocumentPlace place = context.FindPlace(warning.Path);
            warnings.Add(warning with { Line = place.Line, File = place.File });
        }

        return [.. warnings.OrderBy(warning => warning.File, StringComparer.Ordinal).ThenBy(warning => warning.Line ?? 0)];
    }
}
