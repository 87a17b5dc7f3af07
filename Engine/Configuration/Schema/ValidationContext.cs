// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using System.Net;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>Collects the mistakes of one validation. One thread.</summary>
internal sealed class ValidationContext(
    LoadBalancerOptions root, IReadOnlyCollection<string> schedulerNames, Func<IReadOnlySet<IPAddress>>? readHost = null)
{
    /// <summary>What <see cref="CheckName"/> takes, as a regular expression for editors.</summary>
    public const string NamePattern = "^(?!\\.{1,2}$)[A-Za-z0-9._-]{1,64}$";

    private const int MostSuggestions = 100;
    private const int LongestName = 64;

    private readonly List<ConfigurationError> _errors = [];
    private readonly Lazy<ILookup<string?, ListenerProtocol>> _traffic = new(() => root.Listeners.Values
        .Where(listener => listener is not null)
        .SelectMany(listener => listener.PoolNames, (listener, pool) => (Pool: (string?)pool, listener.Protocol))
        .ToLookup(one => one.Pool, one => one.Protocol));

    /// <summary>The whole of which a part is checked.</summary>
    public LoadBalancerOptions Root => root;

    /// <summary>The names of all schedulers that a pool may have.</summary>
    public IReadOnlyCollection<string> SchedulerNames => schedulerNames;

    /// <summary>What the listeners take; complete once they have been checked.</summary>
    public ListenerBindings Bindings { get; } = new(readHost ?? HostAddresses.Read);

    /// <summary>The name of the listener, pool or backend that is checked.</summary>
    public string Entry { get; set; } = "";

    public IReadOnlyList<ConfigurationError> Errors => _errors;

    public void Refuse(string path, string message) => _errors.Add(new ConfigurationError(path, message));

    /// <summary>The protocols of the listeners that use a pool.</summary>
    public IEnumerable<ListenerProtocol> ProtocolsOf(string pool) => _traffic.Value[pool];

    /// <summary>Reports a part that somebody has set to null; true when it is there.</summary>
    public bool CheckPresent<T>(string path, [NotNullWhen(true)] T? part)
        where T : class
    {
        if (part is null)
        {
            Refuse(path, "must not be null; leave it as it was for the defaults");
        }

        return part is not null;
    }

    /// <summary>Names go into logs, metrics and paths, so only plain ones are taken.</summary>
    public void CheckName(string path, string name)
    {
        bool plain = name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
        if (name is "." or "..")
        {
            // In the path of a URL they mean a directory, and every client takes them away before it asks.
            Refuse(path, $"a name is no dot alone, nor two of them, was {ConfigurationText.Quote(name)}; write another one");
        }
        else if (name.Length is 0 or > LongestName || !plain)
        {
            Refuse(path, $"a name has 1 to {LongestName} letters, digits, dots, underscores and hyphens, was {ConfigurationText.Quote(name)}");
        }
    }

    public string Suggest(string name, IEnumerable<string> candidates) =>
        _errors.Count < MostSuggestions && NameSuggestion.Find(name, candidates) is string meant ? NameSuggestion.Phrase(meant) : "";
}
