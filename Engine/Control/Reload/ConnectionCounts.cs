// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration.Text;
using LbEngine.Connections;
using LbEngine.Control.Model;
using LbEngine.Resolution;

namespace LbEngine.Control.Reload;

/// <summary>How many connections go by each listener, pool and backend of the configuration now.</summary>
internal static class ConnectionCounts
{
    /// <summary>Counts by path, such as <c>pools.site.backends.a</c>: the addresses of a host name count together. Any thread.</summary>
    public static Dictionary<string, int> Read(EngineModel model)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (Listener listener in model.Listeners)
        {
            counts[ConfigurationText.Join("listeners", listener.Name)] = listener.ActiveCount;
        }

        foreach (BackendPool pool in model.Pools)
        {
            string poolPath = ConfigurationText.Join("pools", pool.Name);
            string backendsPath = ConfigurationText.Join(poolPath, "backends");
            int sum = 0;
            foreach (Backend? backend in pool.Current.BySlot)
            {
                if (backend is not null)
                {
                    int active = backend.ActiveCount;
                    string path = ConfigurationText.Join(backendsPath, HostNames.OwnerOf(backend.Name));
                    counts[path] = counts.GetValueOrDefault(path) + active;
                    sum += active;
                }
            }

            counts[poolPath] = sum;
        }

        return counts;
    }
}
