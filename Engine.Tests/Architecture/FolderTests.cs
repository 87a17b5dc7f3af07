// SPDX-License-Identifier: MIT
using LbEngine.Tests.Architecture.Rules;
using LbEngine.Tests.Architecture.Uses;

namespace LbEngine.Tests.Architecture;

/// <summary>Data flows one way through the folders of the library: read from what its types use, as they were built.</summary>
public sealed class FolderTests
{
    // From the first that knows nobody to the last that knows all.
    private static readonly Room[] Order =
    [
        new("Scheduling", "Pure picks over numbers; the configuration names them, so they stand before it."),
        new("Configuration", "What a user may set; everybody below is made from it."),
        new("Timing", "A clock and a wheel."),
        new("Tables", "Lock-free memory and its keys."),
        new("Lifecycle", "Pure rules of how connections and flows live and end; whoever carries or counts them goes by these."),
        new("Backends", "Where traffic goes; a pool is scheduled."),
        new("Inspection", "Reads the first bytes of a connection; knows formats and pools, and no connection: a listener says how it inspects."),
        new("Connections", "The run-time objects of a client and its backend, in their table."),
        new("Admission", "Who may come in and to which backend: limits and affinity over connections and backends."),
        new("Observability", "Messages, counts and status of all that stands before it; whoever acts writes there."),
        new("Resolution", "Host names into addresses; logs what it finds."),
        new("Transport", "Sockets. Asks the forwarder through interfaces of its own, so it stands before it."),
        new("Files", "Regular files that people name, read and replaced with care; borrows the system calls of the transport."),
        new("Health", "Asks backends through probes that a transport opens."),
        new("Forwarding", "The story of a connection and of a flow; tells health what failed."),
        new("Leasing", "Backends for front ends of others; tells health what failed, as forwarding does."),
        new("Control", "Changes an engine while it runs, and puts it together: sees all parts."),
        new(FolderRules.Root, "The public surface: only delegates to control."),
        new("Hosting", "Runs an engine inside of a host: uses the public surface."),
    ];

    private static readonly Wall[] Walls =
    [
        new("Scheduling", "Pure, and tested alone.", "Configuration", "Timing", "Tables", "Backends", "Connections"),
        new("Tables", "Memory does not know what is kept in it.", "Scheduling", "Configuration", "Timing"),
        new("Timing", "Time does not know what waits.", "Scheduling", "Configuration"),
        new("Lifecycle", "Rules are values in, values out.", "Scheduling", "Configuration", "Timing", "Tables"),

        new("Configuration/Text", "Texts of values know no document and no section.", "Configuration/Documents"),
        new("Configuration/Documents", "Reading a document knows no section.", "Configuration/Schema"),

        new("Transport/Linux/Interop", "The ground floor: system calls and their layouts know nobody who makes them.", "Transport"),
        new("Transport/Linux/Streams", "Twins of one reactor, each whole without the other.", "Transport/Linux/Datagrams"),
        new("Transport/Linux/Datagrams", "Twins of one reactor, each whole without the other.", "Transport/Linux/Streams"),
        new("Transport/Sockets/Streams", "Twins of one transport, each whole without the other.", "Transport/Sockets/Datagrams"),
        new("Transport/Sockets/Datagrams", "Twins of one transport, each whole without the other.", "Transport/Sockets/Streams"),
        new("Transport/Probes", "What a prober is, for every transport.", "Transport/*", "Transport/Linux", "Transport/Sockets", "Transport/Memory"),
        new("Transport/Linux", "Another transport is no part of this one, but for the probes that it has not got itself.",
            "Transport/Sockets/*", "Transport/Sockets/Streams", "Transport/Sockets/Datagrams", "Transport/Memory"),
        new("Transport/Sockets", "Portable: nothing of one operating system.", "Transport/Linux", "Transport/Memory"),
        new("Transport/Memory", "No socket.", "Transport/Linux", "Transport/Sockets"),

        new("Health", "Knows that there are probes, and no transport.", "Transport/*", "Transport/Linux", "Transport/Sockets", "Transport/Memory"),
        new("Health/Active", "Probes and live traffic are two opinions; both publish through the pool.", "Health/Passive"),
        new("Health/Passive", "Probes and live traffic are two opinions; both publish through the pool.", "Health/Active"),
        new("Forwarding", "Policy: tested without a socket.", "Transport/Linux", "Transport/Sockets", "Transport/Memory", "Health/Active"),

        new("Control/Model", "What the engine is now; whoever changes it comes after.", "Control"),
        new("Control/Operator", "What the operator sets goes into reloads, not the other way.", "Control/*", "Control/Reload", "Control/Succession"),
        new("Control/Reload", "One way from options to run-time objects.", "Control/*", "Control/Succession"),
        new("Control/Succession", "Hands sockets over, whatever is configured.", "Control/*", "Control/Operator", "Control/Reload"),
    ];

    private static readonly Door[] Doors =
    [
        new("LbEngine.Testing.LoadBalancerBuilderExtensions", FolderRules.Root, "Puts a builder on the network in memory, where both are found."),
    ];

    private static readonly IReadOnlyCollection<TypeUse> EngineUses = AssemblyUses.Read(typeof(LoadBalancer).Assembly.Location);

    public static TheoryData<string> Rooms() => [.. Order.Select(room => room.Folder)];

    public static TheoryData<string> WalledFolders() => [.. Walls.Select(wall => wall.Folder).Distinct()];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Room_ItsTypes_UseOnlyRoomsBeforeIt(string room)
    {
        var rules = new FolderRules(Order, Doors);

        Assert.Equal([], rules.FindAgainstOrder(room, EngineUses));
    }

    [Theory]
    [MemberData(nameof(WalledFolders))]
    public void Wall_AroundAFolder_IsWhole(string folder)
    {
        IEnumerable<string> wrong = Walls.Where(wall => wall.Folder == folder).SelectMany(wall => FolderRules.FindThrough(wall, EngineUses));

        Assert.Equal([], wrong);
    }

    [Fact]
    public void Doors_Everyone_IsUsed()
    {
        var withoutDoors = new FolderRules(Order, []);

        string[] unused = [.. Doors.Where(door => !Order.Any(room => withoutDoors.FindAgainstOrder(room.Folder, EngineUses)
            .Any(use => use.StartsWith(door.User, StringComparison.Ordinal)))).Select(door => door.User)];

        Assert.Empty(unused);
    }

    [Fact]
    public void Engine_ItsFolders_AreAllInTheOrder()
    {
        string[] unknown = [.. Directory.GetDirectories(SourceTree.Engine)
            .Select(path => Path.GetFileName(path)!)
            .Except(Order.Select(room => room.Folder))
            .Except(["bin", "obj"])];

        Assert.Empty(unknown);
    }

    [Fact]
    public void Walls_TheFoldersThatTheyName_Exist()
    {
        string[] missing = [.. Walls.SelectMany(wall => wall.Hidden.Prepend(wall.Folder))
            .Select(folder => folder.Replace("/*", "", StringComparison.Ordinal))
            .Distinct()
            .Where(folder => !Directory.Exists(Path.Combine(SourceTree.Engine, folder)))];

        Assert.Empty(missing);
    }

    [Fact]
    public void Namespaces_OfEveryFile_AreItsFolders()
    {
        string[] wrong = [.. SourceTree.Files("Engine").Where(file => !NamespaceFits(file))];

        Assert.Empty(wrong);
    }

    private static bool NamespaceFits(string file)
    {
        const string Keyword = "namespace ";
        string folder = Path.GetDirectoryName(file)!.Replace('\\', '/');
        string expected = folder == "Engine" ? FolderRules.Root : folder["Engine/".Length..];
        string? line = SourceTree.Lines(file).FirstOrDefault(text => text.StartsWith(Keyword, StringComparison.Ordinal));
        return line is null || FolderRules.FolderOf(line[Keyword.Length..].TrimEnd(';')) == expected;
    }
}
