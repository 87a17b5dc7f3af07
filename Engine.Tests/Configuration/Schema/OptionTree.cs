// SPDX-License-Identifier: MIT
using System.Collections;
using System.Reflection;
using LbEngine.Configuration;

namespace LbEngine.Tests.Configuration.Schema;

/// <summary>Everything that a user may set, found by reflection, so that no test has to be told of a new option.</summary>
internal static class OptionTree
{
    /// <summary>A configuration with one of everything, nothing of it left at null.</summary>
    public static LoadBalancerOptions Create()
    {
        var options = new LoadBalancerOptions();
        var route = new RouteOptions { Sni = { "*.example" }, Alpn = { "h2" }, Pool = "site" };
        options.Listeners.Add("web", new ListenerOptions { Bind = "127.0.0.1:80", Pool = "site", Routes = { route } });
        var pool = new BackendPoolOptions();
        pool.Backends.Add("a", new BackendOptions { Address = "10.0.0.1:80" });
        options.Pools.Add("site", pool);
        Fill(options);
        return options;
    }

    /// <summary>Every setting by its path, with a way to give it another value.</summary>
    public static IEnumerable<(string Path, Action Change)> Settings(object options, string path = "")
    {
        foreach (PropertyInfo property in PropertiesOf(options))
        {
            string own = path + char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
            object? value = property.GetValue(options);
            if (value is IDictionary named)
            {
                foreach (DictionaryEntry entry in named)
                {
                    foreach ((string Path, Action Change) setting in Settings(entry.Value!, $"{own}.{entry.Key}."))
                    {
                        yield return setting;
                    }
                }
            }
            else if (IsList(property))
            {
                foreach ((int i, object part) in ((IEnumerable)value!).Cast<object>().Index())
                {
                    foreach ((string Path, Action Change) setting in Settings(part, $"{own}.{i}."))
                    {
                        yield return setting;
                    }
                }
            }
            else if (value is not null && IsGroup(property.PropertyType))
            {
                foreach ((string Path, Action Change) setting in Settings(value, own + "."))
                {
                    yield return setting;
                }
            }
            else if (value is IList<string> texts)
            {
                yield return (own, () => texts.Add("192.0.2.0/24"));
            }
            else if (property.CanWrite)
            {
                yield return (own, () => property.SetValue(options, Another(property.PropertyType, value)));
            }
        }
    }

    /// <summary>Groups that may be left out as a whole, with a way to do that.</summary>
    public static IEnumerable<(string Path, Action Remove)> Groups(object options, string path = "")
    {
        foreach (PropertyInfo property in PropertiesOf(options))
        {
            string own = path + char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
            object? value = property.GetValue(options);
            IEnumerable<(string, object)> below = value switch
            {
                IDictionary named => named.Keys.Cast<string>().Select(name => ($"{own}.{name}.", named[name]!)),
                not null when IsGroup(property.PropertyType) => [(own + ".", value)],
                _ => [],
            };
            if (IsGroup(property.PropertyType) && property.CanWrite && IsNullable(property))
            {
                yield return (own, () => property.SetValue(options, null));
            }

            foreach ((string inner, object part) in below)
            {
                foreach ((string Path, Action Remove) group in Groups(part, inner))
                {
                    yield return group;
                }
            }
        }
    }

    /// <summary>Every value by its path, to compare two configurations.</summary>
    public static IReadOnlyDictionary<string, string> Read(object options)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Read(options, "", values);
        return values;
    }

    private static void Read(object? value, string path, SortedDictionary<string, string> values)
    {
        if (value is IDictionary named)
        {
            foreach (DictionaryEntry entry in named)
            {
                Read(entry.Value, $"{path}.{entry.Key}", values);
            }
        }
        else if (value is not null && IsGroup(value.GetType()))
        {
            foreach (PropertyInfo property in PropertiesOf(value))
            {
                Read(property.GetValue(value), $"{path}.{property.Name}", values);
            }
        }
        else if (value is IEnumerable<object> parts && parts.All(part => IsGroup(part.GetType())))
        {
            foreach ((int i, object part) in parts.Index())
            {
                Read(part, $"{path}.{i}", values);
            }
        }
        else if (value is IEnumerable list and not string)
        {
            values[path] = string.Join(", ", list.Cast<object>());
        }
        else
        {
            values[path] = value?.ToString() ?? "null";
        }
    }

    private static void Fill(object options)
    {
        foreach (PropertyInfo property in PropertiesOf(options))
        {
            if (property.GetValue(options) is null && property.CanWrite && IsGroup(property.PropertyType))
            {
                property.SetValue(options, Activator.CreateInstance(property.PropertyType));
            }

            object? value = property.GetValue(options);
            IEnumerable<object> parts = value is IDictionary named ? named.Values.Cast<object>()
                : value is not null && IsGroup(property.PropertyType) ? [value]
                : [];
            foreach (object part in parts)
            {
                Fill(part);
            }
        }
    }

    private static PropertyInfo[] PropertiesOf(object options) => options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance);

    private static bool IsGroup(Type type) =>
        type is { IsClass: true, Namespace: "LbEngine.Configuration" } && type.Name.EndsWith("Options", StringComparison.Ordinal);

    private static bool IsList(PropertyInfo property) =>
        property.PropertyType is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(IList<>) && IsGroup(type.GenericTypeArguments[0]);

    private static bool IsNullable(PropertyInfo property) => new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;

    private static object Another(Type declared, object? value)
    {
        Type type = Nullable.GetUnderlyingType(declared) ?? declared;
        return type switch
        {
            _ when type == typeof(int) => (int?)value + 7 ?? 7,
            _ when type == typeof(bool) => !((bool?)value ?? false),
            _ when type == typeof(double) => ((double?)value ?? 0) + 0.25,
            _ when type == typeof(string) => value + "9",
            _ when type == typeof(TimeSpan) => ((TimeSpan?)value ?? TimeSpan.Zero) + TimeSpan.FromSeconds(7),
            { IsEnum: true } => Enum.GetValues(type).Cast<object>().Last(one => !one.Equals(value ?? Enum.ToObject(type, 0))),
            _ => throw new NotSupportedException($"Teach this test to change a {type}."),
        };
    }
}
