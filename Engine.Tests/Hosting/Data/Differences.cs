// SPDX-License-Identifier: MIT
using System.Collections;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text.Json;

namespace LbEngine.Tests.Hosting.Data;

/// <summary>Compares two values by everything public that they have, as equality of records does not: it stops at lists.</summary>
internal static class Differences
{
    /// <summary>Each property that differs, with its path; empty for the same.</summary>
    public static IEnumerable<string> Find(object? before, object? after, string path = "")
    {
        if (before is null || after is null
            || before is string or TimeSpan or DateTimeOffset or IPEndPoint or IPAddress
            || before.GetType() is { IsPrimitive: true } or { IsEnum: true })
        {
            return Equals(before, after) ? [] : [$"{path}: {before ?? "null"} became {after ?? "null"}"];
        }

        return (before, after) switch
        {
            (JsonElement first, JsonElement second) => JsonElement.DeepEquals(first, second) ? [] : [$"{path}: {first} became {second}"],
            (IDictionary first, IDictionary second) => first.Count != second.Count
                ? [$"{path}: {first.Count} entries became {second.Count}"]
                : first.Keys.Cast<object>().SelectMany(key => Find(first[key], second[key], $"{path}.{key}")),
            (IEnumerable first, IEnumerable second) => FindInLists([.. first], [.. second], path),
            _ => before.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.GetIndexParameters().Length == 0)
                .SelectMany(property => Find(property.GetValue(before), property.GetValue(after), $"{path}.{property.Name}")),
        };
    }

    private static IEnumerable<string> FindInLists(object?[] first, object?[] second, string path) => first.Length != second.Length
        ? [$"{path}: {first.Length} items became {second.Length}"]
        : first.SelectMany((item, index) => Find(item, second[index], $"{path}.{index.ToString(CultureInfo.InvariantCulture)}"));
}
