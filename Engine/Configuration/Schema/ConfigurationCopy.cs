// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration.Schema;

/// <summary>Copies options, so that nobody outside can change what an engine goes by.</summary>
internal static class ConfigurationCopy
{
    public static LoadBalancerOptions Of(LoadBalancerOptions source) => RootSettings.Alone.Copy(source);
}
