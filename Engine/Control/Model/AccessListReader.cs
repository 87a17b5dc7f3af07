// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Configuration.Text;
using LbEngine.Connections;
using LbEngine.Files;

namespace LbEngine.Control.Model;

/// <summary>Makes access lists of options and files; each file is read once, and equal lists are one. One thread.</summary>
internal sealed class AccessListReader
{
    private readonly Dictionary<string, IReadOnlyList<(IPNetwork Network, int Line)>> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AccessList> _lists = new(StringComparer.Ordinal);
    private readonly List<ConfigurationError> _errors = [];

    /// <summary>What was wrong with the files.</summary>
    public IReadOnlyList<ConfigurationError> Errors => _errors;

    public AccessList Read(string name, ListenerOptions listener)
    {
        // Where lists stand in the defaults, a thousand listeners may have the same.
        string key = $"{string.Join('\n', listener.Allow)}\n\n{string.Join('\n', listener.Deny)}";
        if (!_lists.TryGetValue(key, out AccessList? list))
        {
            list = Make(ConfigurationText.Join("listeners", name), listener);
            _lists.Add(key, list);
        }

        return list;
    }

    private AccessList Make(string path, ListenerOptions listener)
    {
        List<ListedNetwork> allow = Collect(ConfigurationText.Join(path, "allow"), listener.Allow);
        string denyPath = ConfigurationText.Join(path, "deny");
        List<ListedNetwork> deny = Collect(denyPath, listener.Deny);
        if (listener.Allow.Count > 0 && allow.Count == 0 && _errors.Count == 0)
        {
            _errors.Add(new ConfigurationError(
                ConfigurationText.Join(path, "allow"), "its files name no network, so that nobody could come in: list at least one, or remove allow"));
        }

        CheckTwice(denyPath, allow, deny);
        return new AccessList(allow.Select(static one => one.Network), deny.Select(static one => one.Network), isForAllowedOnly: listener.Allow.Count > 0);
    }

    private List<ListedNetwork> Collect(string path, IEnumerable<string> texts)
    {
        var networks = new List<ListedNetwork>();
        foreach (string text in texts)
        {
            if (!NetworkSource.IsFile(text))
            {
                networks.Add(new ListedNetwork(NetworkText.Parse(text), null, null));
                continue;
            }

            string file = NetworkSource.PathOf(text);
            if (!_files.TryGetValue(file, out IReadOnlyList<(IPNetwork Network, int Line)>? listed))
            {
                listed = NetworkListFile.Read(file, path, _errors);
                _files.Add(file, listed);
            }

            networks.AddRange(listed.Select(one => new ListedNetwork(one.Network, file, one.Line)));
        }

        return networks;
    }

    /// <summary>One network cannot have two answers. Where no file is part of it, the validator has told it already.</summary>
    private void CheckTwice(string path, List<ListedNetwork> allow, List<ListedNetwork> deny)
    {
        const int MostMistakes = 10;
        if (allow.Count == 0 || deny.Count == 0)
        {
            return;
        }

        var allowed = new Dictionary<IPNetwork, ListedNetwork>();
        allow.ForEach(one => allowed.TryAdd(one.Network, one));
        int mistakes = 0;
        foreach (ListedNetwork denied in deny)
        {
            if (allowed.TryGetValue(denied.Network, out ListedNetwork? twin) && mistakes++ < MostMistakes)
            {
                string where = twin.File is null ? "in allow too" : $"in allow too, by line {twin.Line} of {twin.File}";
                _errors.Add(new ConfigurationError(path, $"{denied.Network} is {where}: keep it in one of the two", denied.Line) { File = denied.File });
            }
        }
    }

    /// <summary>A network and where it stands; without a file in the options themselves.</summary>
    private sealed record ListedNetwork(IPNetwork Network, string? File, int? Line);
}
