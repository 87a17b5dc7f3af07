// SPDX-License-Identifier: MIT
using LbEngine.Tests.Architecture.Uses;

namespace LbEngine.Tests.Architecture.Rules;

/// <summary>Judges uses of types by where their folders stand.</summary>
/// <param name="order">From the room that knows nobody to the one that knows all.</param>
/// <param name="doors">What is allowed all the same.</param>
internal sealed class FolderRules(IReadOnlyList<Room> order, IReadOnlyList<Door> doors)
{
    /// <summary>Stands for the files beside the folders.</summary>
    public const string Root = "*";

    private const string RootNamespace = "LbEngine";
    private const string OwnFiles = "/*";

    /// <summary>Uses of types in a room that stand behind it, or nowhere.</summary>
    public IEnumerable<string> FindAgainstOrder(string room, IEnumerable<TypeUse> uses)
    {
        string[] allowed = [.. order.TakeWhile(one => one.Folder != room).Select(one => one.Folder), room];
        return Describe(uses.Where(use => RoomOf(use.UserNamespace) == room
            && RoomOf(use.UsedNamespace) is string used
            && !allowed.Contains(used)
            && !doors.Any(door => use.User.StartsWith(door.User, StringComparison.Ordinal) && door.Folder == used)));
    }

    /// <summary>Uses that go through a wall.</summary>
    public static IEnumerable<string> FindThrough(Wall wall, IEnumerable<TypeUse> uses) => Describe(uses.Where(use =>
        FolderOf(use.UserNamespace) is string user && IsWithin(user, wall.Folder)
        && FolderOf(use.UsedNamespace) is string used && !IsWithin(used, wall.Folder)
        && wall.Hidden.Any(hidden => IsWithin(used, hidden))));

    /// <summary>The folder of a namespace, with forward slashes; null where it is not the library's.</summary>
    public static string? FolderOf(string typeNamespace) => typeNamespace switch
    {
        RootNamespace => Root,

        // The in-memory transport is public under a name that says what it is for.
        "LbEngine.Testing" => "Transport/Memory",
        _ => typeNamespace.StartsWith(RootNamespace + ".", StringComparison.Ordinal) ? typeNamespace[(RootNamespace.Length + 1)..].Replace('.', '/') : null,
    };

    private static string? RoomOf(string typeNamespace) => FolderOf(typeNamespace)?.Split('/')[0];

    private static bool IsWithin(string folder, string outer) => outer.EndsWith(OwnFiles, StringComparison.Ordinal)
        ? folder == outer[..^OwnFiles.Length]
        : folder == outer || folder.StartsWith(outer + "/", StringComparison.Ordinal);

    private static IEnumerable<string> Describe(IEnumerable<TypeUse> uses) => uses.Select(use => use.ToString()).Distinct().Order(StringComparer.Ordinal);
}
