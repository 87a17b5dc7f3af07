// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Configuration;
using LbEngine.Tests.Configuration;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Transport.Linux;

namespace LbEngine.Tests.ConsoleHost;

public class ConfigurationFileTests
{
    public static TheoryData<string, string> Kinds => SpecialFile.Kinds;

    [Theory]
    [InlineData("lb.json", true)]
    [InlineData("lb.JSON", true)]
    [InlineData("lb.yaml", false)]
    [InlineData("lb.yml", false)]
    [InlineData("lb", true)]
    [InlineData("lb.conf", false)]
    public void Read_ExtensionOrContent_ChoosesTheLanguage(string name, bool json)
    {
        using var file = new TemporaryFile(name, json ? FullDocumentTests.Json : FullDocumentTests.Yaml);

        Assert.Empty(Reading.Lines(ConfigurationFile.Read(file.Path).Errors));
    }

    [Fact]
    public void Read_NoSuchFile_SaysSo()
    {
        using var file = new TemporaryFile("lb.yaml", "");

        Assert.Equal(["there is no such file"], Reading.Lines(ConfigurationFile.Read(file.Path + "x").Errors));
    }

    [Fact]
    public void Read_Directory_SaysSo()
    {
        using var file = new TemporaryFile("lb.yaml", "");

        Assert.Equal(["is a directory; name a file"], Reading.Lines(ConfigurationFile.Read(Path.GetDirectoryName(file.Path)!).Errors));
    }

    [LinuxTheory]
    [MemberData(nameof(Kinds))]
    public void Read_NoRegularFile_SaysWhatItIsAndWaitsForNobody(string kind, string message)
    {
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, "lb.yaml");
        using IDisposable? made = SpecialFile.Make(kind, path);

        Assert.Equal([message], Reading.Lines(ConfigurationFile.Read(path).Errors));
    }

    [Fact]
    public void Read_LargerThanOneMebibyte_IsNotRead()
    {
        using var file = new TemporaryFile("lb.yaml", new string('#', LoadBalancerOptionsReader.MaxDocumentBytes + 1));

        Assert.Equal(["is larger than 1 MiB"], Reading.Lines(ConfigurationFile.Read(file.Path).Errors));
    }
}
