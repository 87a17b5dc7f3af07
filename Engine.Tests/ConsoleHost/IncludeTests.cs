// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Configuration;
using LbEngine.ConsoleHost.Control;
using LbEngine.Tests.Configuration;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Transport.Linux;

namespace LbEngine.Tests.ConsoleHost;

/// <summary>A configuration of several files.</summary>
public sealed class IncludeTests : IDisposable
{
    private const string Site = "pools: { site: { backends: { a: { address: 10.0.0.1:80 } } } }\n";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("include: conf.d")]
    [InlineData("include: [conf.d]")]
    [InlineData("include: [conf.d/10-web.yaml, conf.d/20-site.json]")]
    [InlineData("include: conf.d/*.*")]
    [InlineData("include: conf.d/../conf.d/")]
    public void Read_FilesAndFolders_BelongToTheWhole(string include)
    {
        Write("conf.d/10-web.yaml", "listeners: { web: { bind: \"*:80\", pool: site } }\n");
        Write("conf.d/20-site.json", """
            { "$schema": "x", "x-own": 1, "pools": { "site": { "backends": { "a": { "address": "10.0.0.1:80" } } } } }
            """);
        Write("conf.d/.20-site.json.swp", "rubbish: [");
        Write("conf.d/inner/30.yaml", "rubbish: [");
        string main = Write("lb.yaml", $"{include}\nlisteners: {{ api: {{ bind: \"*:81\", pool: site }} }}\n");

        LoadBalancerOptionsReadResult result = ConfigurationFile.Read(main);

        Assert.Empty(Reading.Lines(result.Errors));
        Assert.Equal(["api", "web"], result.Options.Listeners.Keys.Order());
        Assert.Equal("site", Assert.Single(result.Options.Pools.Keys));
    }

    [Fact]
    public void Read_MistakesInSeveralFiles_NameFileAndLine()
    {
        string web = Write("conf.d/web.yaml", "# one\nlisteners:\n  web: { bind: \"*:80\", pool: sit }\n");
        string main = Write("lb.yaml", $"include: conf.d\nreactors: many\n{Site}");

        string[] messages = [.. FileMessages.Errors(main, ConfigurationFile.Read(main).Errors)];

        Assert.Equal(
            [
                $"{main}:2: reactors: must be a whole number from 0 to 1024, was 'many'",
                $"{web}:3: listeners.web.pool: there is no pool 'sit'; did you mean site? the pools are site",
            ],
            messages);
    }

    [Fact]
    public void Read_NameInTwoFiles_SaysBothPlaces()
    {
        string more = Write("more.yaml", "\nreactors: 2\npools:\n  site: {}\n");
        string main = Write("lb.yaml", $"include: more.yaml\nreactors: 1\nlisteners: {{ web: {{ bind: \"*:80\", pool: site }} }}\n{Site}");

        string[] messages = [.. FileMessages.Errors(main, ConfigurationFile.Read(main).Errors)];

        Assert.Contains($"{main}:2: reactors: this name is used twice; the first is in {more} on line 2; keep one", messages);
        Assert.Contains($"{main}:4: pools.site: this name is used twice; the first is in {more} on line 4; keep one", messages);
    }

    [Theory]
    [InlineData("include: none.yaml", ":1: include: DIR/none.yaml: there is no such file")]
    [InlineData("include: none/*.yaml", ":1: include: DIR/none/*.yaml: there is no such folder")]
    [InlineData("\ninclude: lb.yaml", ":2: include: DIR/lb.yaml is included twice, or includes itself: name it once")]
    [InlineData("include: [ring.yaml]", ":1: include: DIR/lb.yaml is included twice, or includes itself: name it once", "ring.yaml")]
    [InlineData("include: [site.yaml, site.yaml]", ":1: include: DIR/site.yaml is included twice, or includes itself: name it once")]
    [InlineData("include: { a: b }", ":1: include: must be the path of a file or a folder, or a list of such paths")]
    [InlineData("include: list.yaml", ":1: must be a mapping of settings, as in every configuration", "list.yaml")]
    [InlineData("include: open.yaml", ":1: the { that opens here is not closed: write } behind what belongs into it", "open.yaml")]
    [InlineData("include: deep1.yaml", ":1: include: files include one another more than 8 deep", "deep7.yaml")]
    public void Read_WrongInclude_SaysWhichFileAndLine(string include, string expected, string? file = null)
    {
        Write("ring.yaml", "include: lb.yaml\n");
        Write("site.yaml", Site);
        Write("list.yaml", "- a\n- b\n");
        Write("open.yaml", "pools: {\n");
        for (int i = 1; i <= 9; i++)
        {
            Write($"deep{i}.yaml", $"include: deep{i + 1}.yaml\n");
        }

        string main = Write("lb.yaml", $"{include}\nlisteners: {{ web: {{ bind: \"*:80\", pool: site }} }}\n");

        string[] messages = [.. FileMessages.Errors(main, ConfigurationFile.Read(main).Errors)];

        string blamed = file is null ? main : Path.Combine(_directory.Path, file);
        Assert.Contains($"{blamed}{expected.Replace("DIR", _directory.Path, StringComparison.Ordinal)}", messages);
    }

    [Fact]
    public void Read_MoreFilesThanThereMayBe_IsRefused()
    {
        for (int i = 0; i <= ConfigurationSources.MostFiles; i++)
        {
            Write($"conf.d/{i:d4}.yaml", "");
        }

        string main = Write("lb.yaml", "include: conf.d\n");

        Assert.Contains("there are more than 256 files", Assert.Single(ConfigurationFile.Read(main).Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MoreBytesThanThereMayBe_IsRefused()
    {
        string filler = $"# {new string('x', 1_000_000)}\n";
        for (int i = 0; i < 5; i++)
        {
            Write($"conf.d/{i}.yaml", filler);
        }

        IReadOnlyList<ConfigurationError> errors = ConfigurationFile.Read(Write("lb.yaml", "include: conf.d\n")).Errors;

        Assert.Contains(errors, error => error.Message == "all files together have more than 4 MiB");
    }

    [LinuxFact]
    public void Read_IncludedPipe_IsRefusedAtOnce()
    {
        _ = SpecialFile.Make("pipe", Path.Combine(_directory.Path, "pipe.yaml"));

        ConfigurationError error = Assert.Single(ConfigurationFile.Read(Write("lb.yaml", "include: pipe.yaml\n")).Errors);

        Assert.Equal(("include", 1), (error.Path, error.Line));
    }

    [Fact]
    public void Stamp_AnyOfTheFilesChanges_IsAnother()
    {
        string main = Write("lb.yaml", "include: [conf.d, one.yaml]\n");
        Write("conf.d/a.yaml", Site);
        Write("one.yaml", "");
        FileStamp before = FileStamp.Read(main);

        Assert.Same(before, FileStamp.Read(main, before));
        foreach (Action change in (Action[])[
            () => Write("one.yaml", "reactors: 1\n"),
            () => Write("conf.d/a.yaml", "\n"),
            () => Write("conf.d/b.yaml", ""),
            () => File.Delete(Path.Combine(_directory.Path, "one.yaml")),
            () => Write("one.yaml", "include: two.yaml\n"),
            () => Write("two.yaml", "reactors: 2\n"),
            () => Write("two.yaml", "reactors: 3\n"),
        ])
        {
            change();
            FileStamp after = FileStamp.Read(main, before);

            Assert.NotEqual(before, after);
            Assert.Equal(after, FileStamp.Read(main));
            before = after;
        }
    }

    [Fact]
    public void Read_DocumentThatIsNoFile_IncludesNothing()
    {
        ConfigurationError error = ConfigurationFile.Read("include: /etc/passwd\n"u8, isJson: false).Errors[0];

        Assert.Equal("line 1: include: is for the files of lb: write what the other file says here", error.ToString());
    }

    [Fact]
    public void Write_TreeOfSeveralFiles_ReadsTheSame()
    {
        Write("site.yaml", Site);
        string main = Write("lb.yaml", "include: site.yaml\nlisteners: { web: { bind: \"*:${LB_TEST_NO_PORT:-81}\", pool: site, keepAlive: off } }\n");

        Assert.Empty(ConfigurationFile.ReadTree(main, out ConfigurationNode root, out bool isAlone));
        LoadBalancerOptionsReadResult result = ConfigurationFile.Read(TreeJson.Write(root), isJson: true);

        Assert.False(isAlone);
        Assert.Empty(Reading.Lines(result.Errors));
        Assert.Equal(LoadBalancerOptionsWriter.ToYaml(ConfigurationFile.Read(main).Options), LoadBalancerOptionsWriter.ToYaml(result.Options));
        Assert.Equal("*:81", result.Options.Listeners["web"].Bind);
    }

    private string Write(string name, string content)
    {
        string path = Path.Combine(_directory.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }
}
