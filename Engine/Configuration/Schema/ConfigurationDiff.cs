// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration.Schema;

/// <summary>Finds what differs between two configurations, in the order of the new one. Pure.</summary>
internal static class ConfigurationDiff
{
    /// <summary>Every difference; empty when there is none.</summary>
    /// <param name="before">The configuration that is in force.</param>
    /// <param name="after">The one that might be.</param>
    /// <param name="countConnections">Live connections of a listener (<c>listeners.web</c>), pool or backend, by path.</param>
    public static IReadOnlyList<ConfigurationChange> Compare(LoadBalancerOptions before, LoadBalancerOptions after, Func<string, int> countConnections)
    {
        var changes = new ChangeList(countConnections);
        RootSettings.Alone.Compare("", before, after, changes);
        return changes.Changes;
    }

    /// <summary>True when nothing of a pool differs.</summary>
    public static bool IsSame(BackendPoolOptions before, BackendPoolOptions after)
    {
        var changes = new ChangeList(static _ => 0);
        PoolSettings.Table.Compare("", before, after, changes);
        return changes.Changes.Count == 0;
    }
}
