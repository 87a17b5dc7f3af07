// SPDX-License-Identifier: MIT
using LbEngine.Files;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Transport.Linux;

namespace LbEngine.Tests.Files;

/// <summary>Reading what people name.</summary>
public sealed class RegularFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string, string> Kinds => SpecialFile.Kinds;

    private string FilePath => Path.Combine(_directory.Path, "file");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(100_000)]
    public void Read_AnyLengthUpToTheLimit_ReturnsAllOfIt(int length)
    {
        byte[] content = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
        File.WriteAllBytes(FilePath, content);

        Assert.Equal(content, RegularFile.Read(FilePath, Math.Max(length, 1)).ToArray());
    }

    [Theory]
    [InlineData(1, "is larger than 1 bytes")]
    [InlineData(5000, "is larger than 5000 bytes")]
    [InlineData(1 << 20, "is larger than 1 MiB")]
    public void Read_OneByteMoreThanTheLimit_IsRefused(int limit, string message)
    {
        File.WriteAllBytes(FilePath, new byte[limit + 1]);

        Assert.Equal(message, Assert.Throws<RefusedFileException>(() => RegularFile.Read(FilePath, limit)).Message);
    }

    [LinuxFact]
    public void Read_FileWhoseLengthSaysNothing_ReturnsAllOfIt() =>
        Assert.StartsWith("Name:", System.Text.Encoding.ASCII.GetString(RegularFile.Read("/proc/self/status", 1 << 20).Span), StringComparison.Ordinal);

    [Fact]
    public void Read_ThroughLinksAndDirectoryLinks_ReadsWhereTheyLead()
    {
        string real = Path.Combine(_directory.Path, "real");
        Directory.CreateDirectory(real);
        File.WriteAllText(Path.Combine(real, "content"), "content");
        Directory.CreateSymbolicLink(Path.Combine(_directory.Path, "data"), "real");
        File.CreateSymbolicLink(FilePath, "data/content");

        Assert.Equal("content"u8.ToArray(), RegularFile.Read(FilePath, 100).ToArray());
    }

    [Fact]
    public void Read_NoSuchFile_SaysSo()
    {
        Assert.Throws<FileNotFoundException>(() => RegularFile.Read(FilePath, 100));
        Assert.Throws<FileNotFoundException>(() => RegularFile.Read(Path.Combine(FilePath, "below"), 100));
    }

    [LinuxTheory]
    [MemberData(nameof(Kinds))]
    public void Read_NoRegularFile_IsRefusedAtOnceWithWhatItIs(string kind, string message)
    {
        using IDisposable? made = SpecialFile.Make(kind, FilePath);

        Assert.Equal(message, Assert.Throws<RefusedFileException>(() => RegularFile.Read(FilePath, 100)).Message);
    }
}
