// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Configuration.Text;
using LbEngine.Transport;

namespace LbEngine.Control.Model;

/// <summary>
/// Whether the process may do what pools with a transparent client address ask of it. Found out before anything is opened, and not at the first client.
/// </summary>
internal static class ClientAddressRights
{
    /// <summary>What is missing, once for each such pool.</summary>
    public static IEnumerable<ConfigurationError> Check(LoadBalancerOptions options, ITransport transport)
    {
        string[] pools = [.. options.Pools.Where(static pool => pool.Value.ClientAddress == ClientAddressMode.Transparent).Select(static pool => pool.Key)];
        return pools.Length == 0 || transport.RefuseForeignAddresses() is not string problem
            ? []
            : pools.Select(pool => new ConfigurationError(
                ConfigurationText.Join(ConfigurationText.Join("pools", pool), "clientAddress"),
                $"transparent is not possible here: {problem}; or write balancer, and tell backends the client's address with sendProxy"));
    }
}
