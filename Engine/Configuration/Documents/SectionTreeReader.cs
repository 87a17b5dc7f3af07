// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Configuration.Text;
using Microsoft.Extensions.Configuration;

namespace LbEngine.Configuration.Documents;

/// <summary>Turns a section of an <see cref="IConfiguration"/> into a tree. It has no lines, and it writes lists as names that count up from 0.</summary>
internal static class SectionTreeReader
{
    public static ConfigurationNode Read(IConfiguration section, ReadContext context) =>
        Read(section, (section as IConfigurationSection)?.Value, context, "", 0);

    private static ConfigurationNode Read(IConfiguration section, string? value, ReadContext context, string path, int depth)
    {
        if (depth > LoadBalancerOptionsReader.MaxDepth)
        {
            context.Refuse(path, $"is nested deeper than {LoadBalancerOptionsReader.MaxDepth} levels");
            return ConfigurationNode.Null();
        }

        var entries = new List<ConfigurationEntry>();
        foreach (IConfigurationSection child in section.GetChildren())
        {
            string childPath = ConfigurationText.Join(path, child.Key);
            entries.Add(new ConfigurationEntry(child.Key, Read(child, child.Value, context, childPath, depth + 1)));
        }

        if (entries.Count == 0)
        {
            return value is null ? ConfigurationNode.Null() : ConfigurationNode.Scalar(value);
        }

        if (!string.IsNullOrEmpty(value))
        {
            // Two sources disagree, and none of them can be told to be the right one.
            string names = ConfigurationText.List(entries.Select(entry => entry.Key), entries.Count);
            context.Refuse(path, $"has a value, {ConfigurationText.Quote(value)}, and settings inside it ({names}); keep one of the two");
        }

        return IsList(entries)
            ? ConfigurationNode.Sequence([.. entries.Select(entry => entry.Value)])
            : ConfigurationNode.Mapping(entries);
    }

    private static bool IsList(List<ConfigurationEntry> entries)
    {
        for (int i = 0; i < entries.Count; i++)
        {
            if (entries[i].Key != i.ToString(CultureInfo.InvariantCulture))
            {
                return false;
            }
        }

        return true;
    }
}
