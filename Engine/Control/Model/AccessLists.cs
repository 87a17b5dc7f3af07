// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Configuration;
using LbEngine.Configuration.Text;
using LbEngine.Connections;

namespace LbEngine.Control.Model;

/// <summary>Who may come in at each listener of a configuration, as options and the files that they name say. Immutable.</summary>
internal sealed class AccessLists
{
    private readonly Dictionary<string, AccessList> _byListener;

    private AccessLists(Dictionary<string, AccessList> byListener, IReadOnlyList<ConfigurationError> errors)
    {
        _byListener = byListener;
        Errors = errors;
    }

    /// <summary>Everybody may come in everywhere.</summary>
    public static AccessLists None { get; } = new([], []);

    /// <summary>What is wrong with the files. With errors, these lists are not to be used.</summary>
    public IReadOnlyList<ConfigurationError> Errors { get; }

    /// <summary>Reads every file that options name. Blocks until that is done.</summary>
    /// <param name="options">Options that a validator has passed.</param>
    public static AccessLists Read(LoadBalancerOptions options) => Read(options, new LoadBalancerOptions(), None);

    /// <summary>Reads the files of those listeners whose lists are not what they were: who edits something else does not ask what files say now.</summary>
    /// <param name="options">Options that a validator has passed.</param>
    /// <param name="before">The options that they were made from.</param>
    /// <param name="known">The lists of those.</param>
    public static AccessLists Read(LoadBalancerOptions options, LoadBalancerOptions before, AccessLists known)
    {
        var reader = new AccessListReader();
        var lists = new Dictionary<string, AccessList>(StringComparer.Ordinal);
        foreach ((string name, ListenerOptions listener) in options.Listeners)
        {
            if (listener.Allow.Count + listener.Deny.Count == 0)
            {
                continue;
            }

            bool isKnown = before.Listeners.TryGetValue(name, out ListenerOptions? old) && HasSameTexts(old, listener);
            lists.Add(name, isKnown && known.Find(name) is AccessList list ? list : reader.Read(name, listener));
        }

        return lists.Count == 0 ? None : new AccessLists(lists, reader.Errors);
    }

    /// <summary>Who may come in at a listener; null for everybody.</summary>
    public AccessList? Find(string listener) => _byListener.GetValueOrDefault(listener);

    /// <summary>What files say otherwise than before, of listeners whose options say the same.</summary>
    public IEnumerable<ConfigurationChange> Compare(LoadBalancerOptions before, AccessLists old, LoadBalancerOptions after, Func<string, int> countConnections)
    {
        foreach ((string name, AccessList list) in _byListener)
        {
            ListenerOptions listener = after.Listeners[name];
            if (old.Find(name) is AccessList was
                && before.Listeners.TryGetValue(name, out ListenerOptions? options)
                && HasSameTexts(options, listener)
                && !list.SaysTheSame(was))
            {
                string path = ConfigurationText.Join("listeners", name);
                string setting = listener.Deny.Any(NetworkSource.IsFile) ? "deny" : "allow";
                string others = list.Count == was.Count ? ", others than before" : "";
                yield return new ConfigurationChange(
                    ConfigurationChangeKind.Changed,
                    ConfigurationText.Join(path, setting),
                    Describe(was.Count),
                    Describe(list.Count) + others,
                    countConnections(path));
            }
        }
    }

    private static string Describe(int networks) => string.Create(CultureInfo.InvariantCulture, $"{networks} {(networks == 1 ? "network" : "networks")}");

    private static bool HasSameTexts(ListenerOptions one, ListenerOptions other) => one.Allow.SequenceEqual(other.Allow) && one.Deny.SequenceEqual(other.Deny);
}
