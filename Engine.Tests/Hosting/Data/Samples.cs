// SPDX-License-Identifier: MIT
using System.Collections;
using System.Net;
using System.Reflection;
using System.Text.Json;

namespace LbEngine.Tests.Hosting.Data;

/// <summary>Makes a value of any public type, with something telling in every property, or with as little as possible.</summary>
internal sealed class Samples(bool isEmpty)
{
    private static readonly NullabilityInfoContext Nullability = new();
    private int _count;

    public object? Make(Type type)
    {
        _count++;
        return type switch
        {
            _ when type == typeof(string) => isEmpty ? "" : $"a \"text\" \u00fc {_count}",
            _ when type == typeof(bool) => !isEmpty,
            _ when type == typeof(int) => isEmpty ? 0 : -_count,
            _ when type == typeof(long) => isEmpty ? 0L : long.MaxValue - _count,
            _ when type == typeof(double) => isEmpty ? 0.0 : _count + 0.25,
            _ when type == typeof(TimeSpan) => isEmpty ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks(_count + (86_400_000_0000L * 3)),
            _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2024, 2, 29, 23, 59, 59, TimeSpan.FromHours(2)).AddTicks(_count),
            _ when type == typeof(IPEndPoint) => IPEndPoint.Parse(isEmpty ? "0.0.0.0:0" : $"[fe80::{_count}%7]:{1000 + _count}"),
            _ when type == typeof(IPAddress) => IPAddress.Parse(isEmpty ? "::" : $"10.1.2.{_count % 256}"),
            _ when type == typeof(JsonElement) => JsonDocument.Parse(isEmpty ? "null" : $"{{\"n\":{_count}}}").RootElement.Clone(),
            { IsEnum: true } => Enum.GetValues(type).GetValue(isEmpty ? 0 : Enum.GetValues(type).Length - 1),
            _ when Nullable.GetUnderlyingType(type) is Type inner => isEmpty ? null : Make(inner),
            { IsGenericType: true } => MakeMany(type),
            _ => MakeObject(type),
        };
    }

    private object MakeMany(Type type)
    {
        Type[] inner = type.GetGenericArguments();
        if (inner.Length == 2)
        {
            var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(inner))!;
            Fill(map, inner);
            return map;
        }

        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(inner))!;
        for (int i = 0; i < (isEmpty ? 0 : 2); i++)
        {
            list.Add(Make(inner[0]));
        }

        return list;
    }

    private void Fill(IDictionary map, Type[] inner)
    {
        IEnumerable<object> keys = isEmpty ? []
            : inner[0].IsEnum ? Enum.GetValues(inner[0]).Cast<object>()
            : [Make(inner[0])!, Make(inner[0])!];
        foreach (object key in keys)
        {
            map.Add(key, Make(inner[1]));
        }
    }

    private object MakeObject(Type type)
    {
        ConstructorInfo? longest = type.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length);
        object made = longest is null
            ? Activator.CreateInstance(type)!
            : longest.Invoke([.. longest.GetParameters().Select(parameter => IsNull(Nullability.Create(parameter)) ? null : Make(parameter.ParameterType))]);
        foreach (PropertyInfo property in type.GetProperties().Where(property => property.GetIndexParameters().Length == 0))
        {
            if (property.SetMethod?.IsPublic == true)
            {
                property.SetValue(made, IsNull(Nullability.Create(property)) ? null : Make(property.PropertyType));
            }
            else if (property.GetValue(made) is IDictionary map)
            {
                Fill(map, property.PropertyType.GetGenericArguments());
            }
        }

        return made;
    }

    private bool IsNull(NullabilityInfo info) => isEmpty && info.ReadState == NullabilityState.Nullable;
}
