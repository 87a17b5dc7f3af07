// SPDX-License-Identifier: MIT
using System.Text;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Configuration;

namespace LbEngine.Tests.Configuration;

/// <summary>Reads documents for tests and shows what was found as lines of text.</summary>
internal static class Reading
{
    public static LoadBalancerOptionsReadResult ReadYaml(string yaml) =>
        YamlDocument.TryRead(Encoding.UTF8.GetBytes(yaml), out ConfigurationNode root, out ConfigurationError error)
            ? LoadBalancerOptionsReader.Read(root, hostSections: LbSections.All)
            : LoadBalancerOptionsReadResult.FromError(error);

    public static LoadBalancerOptionsReadResult ReadJson(string json) =>
        LoadBalancerOptionsReader.ReadJson(Encoding.UTF8.GetBytes(json), hostSections: LbSections.All);

    public static string[] Lines(IEnumerable<ConfigurationError> errors) => [.. errors.Select(error => error.ToString())];

    public static string[] Lines(IEnumerable<ConfigurationWarning> warnings) => [.. warnings.Select(warning => warning.ToString())];
}
