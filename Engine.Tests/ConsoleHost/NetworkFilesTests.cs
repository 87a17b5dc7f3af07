// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Configuration;
using LbEngine.ConsoleHost.Control;
using LbEngine.Tests.Configuration;
using LbEngine.Tests.Harness.Host;

namespace LbEngine.Tests.ConsoleHost;

/// <summary>Files that list networks, as <c>lb</c> finds them.</summary>
public sealed class NetworkFilesTests : IDisposable
{
    private const string Pools = "pools: { site: { backends: { a: { address: 10.0.0.1:80 } } } }\n";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Read_PathOfAList_BeginsAtTheFolderOfTheFileThatNamesIt()
    {
        string office = Write("lists/office.txt", "192.0.2.0/24\n");
        string bad = Write("conf.d/bad.txt", "198.51.100.0/24\n");
        Write("conf.d/web.yaml", "listeners: { web: { bind: 127.0.0.1:81, pool: site, deny: \"file:bad.txt\" } }\n");
        string main = Write("lb.yaml", $$"""
            include: conf.d
            defaults: { listeners: { allow: ["file:./lists/office.txt", 0.0.0.0/0] } }
            listeners: { api: { bind: 127.0.0.1:82, pool: site, deny: ["file:{{bad}}"] } }
            {{Pools}}
            """);

        LoadBalancerOptionsReadResult read = ConfigurationFile.Read(main);
        ConfigurationFile.ReadTree(main, out _, out bool isAlone);

        Assert.Empty(Reading.Lines(read.Errors));
        Assert.Equal([$"file:{bad}"], read.Options.Listeners["web"].Deny);
        Assert.Equal([$"file:{bad}"], read.Options.Listeners["api"].Deny);
        Assert.Equal([$"file:{office}", "0.0.0.0/0"], read.Options.Listeners["web"].Allow);
        Assert.False(isAlone);
        Assert.Equal([main, Path.Combine(_directory.Path, "conf.d"), Path.Combine(_directory.Path, "conf.d", "web.yaml"), bad, office], InAnyOrder(main));
    }

    [Fact]
    public void Read_MistakeInAList_IsToldByItsFileAndLine()
    {
        string bad = Write("bad.txt", "10.0.0.0/8\n10.0.0.1/8\n");
        string main = Write("lb.yaml", $"listeners: {{ web: {{ bind: 127.0.0.1:81, pool: site, deny: [\"file:bad.txt\"] }} }}\n{Pools}");

        string message = Assert.Single(FileMessages.Errors(main, ConfigurationFile.Read(main).Errors));

        Assert.Equal($"{bad}:2: listeners.web.deny: has bits behind its prefix: write 10.0.0.0/8 for the network, or 10.0.0.1 for the address alone", message);
    }

    [Fact]
    public void Stamp_ListHasChanged_IsAnotherOne()
    {
        Write("bad.txt", "10.0.0.0/8\n");
        string main = Write("lb.yaml", $"listeners: {{ web: {{ bind: 127.0.0.1:81, pool: site, deny: [\"file:bad.txt\"] }} }}\n{Pools}");
        FileStamp before = FileStamp.Read(main);

        FileStamp same = FileStamp.Read(main, before);
        Write("bad.txt", "11.0.0.0/8\n");
        FileStamp after = FileStamp.Read(main, before);

        Assert.Same(before, same);
        Assert.False(after.HasContentOf(before));
    }

    private static IEnumerable<string> InAnyOrder(string main) =>
        ConfigurationFile.FindPlaces(main)
            .OrderBy(place => place == main ? 0 : place.EndsWith(".txt", StringComparison.Ordinal) ? 2 : 1)
            .ThenBy(place => place);

    private string Write(string name, string text)
    {
        string path = Path.Combine(_directory.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
