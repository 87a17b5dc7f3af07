// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Reflection;

namespace LbEngine.Tests.Architecture;

/// <summary>Describes the public members of an assembly as sorted lines.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Describe(Assembly assembly) => assembly.GetExportedTypes()
        .SelectMany(type => Members(type).Prepend(DescribeType(type)))
        .Order(StringComparer.Ordinal);

    private static string DescribeType(Type type)
    {
        string kind = type.IsInterface ? "interface"
            : type.IsEnum ? "enum"
            : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
            : type.IsValueType ? "struct"
            : type.IsAbstract && type.IsSealed ? "static class"
            : type.IsSealed ? "sealed class" : "class";
        return $"{Name(type)} : {kind}";
    }

    private static IEnumerable<string> Members(Type type) => type.GetMembers(Declared)
        .Where(IsVisible)
        .Select(member => $"{Name(type)}.{DescribeMember(member)}");

    private static bool IsVisible(MemberInfo member) => member switch
    {
        // Compiler-made members of records say nothing that the type does not.
        MethodInfo method => (method.IsPublic || method.IsFamily) && !method.IsSpecialName && !method.Name.StartsWith('<')
            && method.Name is not ("Equals" or "GetHashCode" or "ToString" or "Deconstruct" or "PrintMembers"),
        ConstructorInfo constructor => (constructor.IsPublic || constructor.IsFamily) && !constructor.DeclaringType!.IsSubclassOf(typeof(Delegate)),
        PropertyInfo property => property.GetMethod is { IsPublic: true } || property.SetMethod is { IsPublic: true },
        FieldInfo field => field.IsPublic && !field.IsSpecialName,
        EventInfo => true,
        _ => false,
    };

    private static string DescribeMember(MemberInfo member) => member switch
    {
        MethodInfo method => $"{method.Name}({Parameters(method)}) -> {Name(method.ReturnType)}",
        ConstructorInfo constructor => $".ctor({Parameters(constructor)})",
        PropertyInfo property => $"{property.Name} {{{(property.GetMethod is { IsPublic: true } ? " get;" : "")}{(property.SetMethod is { IsPublic: true } ? " set;" : "")} }} -> {Name(property.PropertyType)}",
        FieldInfo { IsLiteral: true } constant => string.Create(CultureInfo.InvariantCulture, $"{constant.Name} = {constant.GetRawConstantValue()}"),
        FieldInfo field => $"{field.Name} -> {Name(field.FieldType)}",
        _ => member.Name,
    };

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(parameter => $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.IsOptional ? "?" : "")}"));

    private static string Name(Type type)
    {
        if (type.IsByRef)
        {
            return $"ref {Name(type.GetElementType()!)}";
        }

        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!)}[]";
        }

        if (!type.IsGenericType)
        {
            return type.IsGenericParameter ? type.Name : type.FullName!;
        }

        string open = type.GetGenericTypeDefinition().FullName!;
        return $"{open[..open.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
