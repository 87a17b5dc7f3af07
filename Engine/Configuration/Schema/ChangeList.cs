// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration.Schema;

/// <summary>Collects differences, each with the live connections of what it is about.</summary>
internal sealed class ChangeList
{
    private readonly List<ConfigurationChange> _changes;
    private readonly Func<string, int> _countConnections;
    private readonly string _concerned;

    /// <param name="countConnections">Live connections of a listener, pool or backend, by path.</param>
    public ChangeList(Func<string, int> countConnections)
        : this([], countConnections, "")
    {
    }

    private ChangeList(List<ConfigurationChange> changes, Func<string, int> countConnections, string concerned)
    {
        _changes = changes;
        _countConnections = countConnections;
        _concerned = concerned;
    }

    public IReadOnlyList<ConfigurationChange> Changes => _changes;

    /// <summary>The same list for what concerns the listener, pool or backend at a path.</summary>
    public ChangeList Of(string path) => new(_changes, _countConnections, path);

    public void Add(ConfigurationChangeKind kind, string path, string before, string after) =>
        _changes.Add(new ConfigurationChange(kind, path, before, after, _concerned.Length == 0 ? 0 : _countConnections(_concerned)));
}
