// SPDX-License-Identifier: MIT
using Microsoft.Extensions.Configuration;

namespace LbEngine.Tests.Hosting;

/// <summary>A source of a configuration that changes when a test says so.</summary>
internal sealed class ChangingConfiguration : ConfigurationProvider, IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <summary>Sets keys, null to take one away, and tells whoever listens, once.</summary>
    public void Change(params ReadOnlySpan<(string Key, string? Value)> settings)
    {
        // Another one, since somebody may be reading what is there.
        var data = new Dictionary<string, string?>(Data, StringComparer.OrdinalIgnoreCase);
        foreach ((string key, string? value) in settings)
        {
            data.Remove(key);
            if (value is not null)
            {
                data.Add(key, value);
            }
        }

        Data = data;
        OnReload();
    }
}
