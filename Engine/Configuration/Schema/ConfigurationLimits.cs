// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration.Schema;

/// <summary>Limits that no single setting has.</summary>
internal static class ConfigurationLimits
{
    /// <summary>A listener is known by 16 bits in the key of the connection table.</summary>
    public const int MostListeners = 65_535;

    /// <summary>The most addresses that one host name stands for; what a resolver finds beyond them is left out.</summary>
    public const int MostAddresses = 64;

    /// <summary>The most networks that a list in a document or in options may have; files may have more.</summary>
    public const int MostNetworks = 10_000;

    /// <summary>The most routes of a listener, and names of one route.</summary>
    public const int MostRoutes = 10_000;

    /// <summary>The most source addresses of a pool: 64 of them have 1.8 million connections to one backend as Linux comes.</summary>
    public const int MostSources = 64;

    /// <summary>The most connections that a limit may name.</summary>
    public const int MostConnections = 4_194_304;
}
