// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration;

internal static class LoadBalancerOptionsValidator
{
    public static IReadOnlyList<ConfigurationError> Validate(LoadBalancerOptions options, IReadOnlyCollection<string> schedulerNames) =>
        throw new NotImplementedException($"{options}{schedulerNames}");
}
