// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Architecture.Uses;

/// <summary>One type of an assembly uses another one of it.</summary>
/// <param name="User">Full name of the type that uses; a type within another is <c>Outer+Inner</c>.</param>
/// <param name="Used">Full name of the type that is used.</param>
internal readonly record struct TypeUse(string User, string Used)
{
    public string UserNamespace => NamespaceOf(User);

    public string UsedNamespace => NamespaceOf(Used);

    /// <summary>For people: without the types that a compiler has made of lambdas and async methods.</summary>
    public override string ToString() => $"{OuterOf(User)} uses {OuterOf(Used)}";

    private static string OuterOf(string type) => type.IndexOf('+', StringComparison.Ordinal) is >= 0 and int plus ? type[..plus] : type;

    private static string NamespaceOf(string type)
    {
        string outer = OuterOf(type);
        return outer.LastIndexOf('.') is >= 0 and int dot ? outer[..dot] : "";
    }
}
