// SPDX-License-Identifier: MIT
using System.Runtime.Versioning;
using LbEngine.Files;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Transport.Linux;

namespace LbEngine.Tests.Files;

/// <summary>Writing a file of our own where others may have put something.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class OwnFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string, string> Kinds => SpecialFile.Kinds;

    private string FilePath => Path.Combine(_directory.Path, "own");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Replace_NothingThere_MakesAFileThatNobodyElseWrites()
    {
        Open().Replace("ours 1"u8);

        Assert.Equal("ours 1", Assert.Single(Contents()));
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(FilePath) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
    }

    [Theory]
    [InlineData(OwnerOnly)]
    [InlineData(OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupWrite)]
    public void Replace_AnOlderOne_KeepsItsRightsAndLeavesNothingBehind(UnixFileMode mode)
    {
        File.WriteAllText(FilePath, "ours 1");
        File.SetUnixFileMode(FilePath, mode);

        Open().Replace("ours 2"u8);

        Assert.Equal("ours 2", Assert.Single(Contents()));
        Assert.Equal(mode, File.GetUnixFileMode(FilePath));
        Assert.Equal("ours 2"u8.ToArray(), Open().Read().ToArray());
    }

    [Theory]
    [InlineData("listeners: {}")]
    [InlineData("\u007fELF")]
    public void ReplaceAndRead_AFileOfAnotherKind_AreRefusedAndDoNotTouchIt(string content)
    {
        File.WriteAllText(FilePath, content);

        RefusedFileException write = Assert.Throws<RefusedFileException>(() => Open().Replace("ours 2"u8));
        RefusedFileException read = Assert.Throws<RefusedFileException>(() => Open().Read());

        Assert.Equal(("is another kind of file, and is left as it is; name one that is not there yet", write.Message), (write.Message, read.Message));
        Assert.Equal(content, Assert.Single(Contents()));
    }

    [Fact]
    public void Replace_AnEmptyFile_IsTakenForANewOne()
    {
        File.WriteAllText(FilePath, "");

        Open().Replace("ours 2"u8);

        Assert.Equal("ours 2", Assert.Single(Contents()));
    }

    [LinuxTheory]
    [MemberData(nameof(Kinds))]
    public void ReplaceAndRead_NoRegularFile_AreRefusedAtOnceAndDoNotTouchIt(string kind, string message)
    {
        using IDisposable? made = SpecialFile.Make(kind, FilePath);
        string[] before = Directory.GetFileSystemEntries(_directory.Path);

        Assert.Equal(message, Assert.Throws<RefusedFileException>(() => Open().Replace("ours 2"u8)).Message);
        Assert.Equal(message, Assert.Throws<RefusedFileException>(() => Open().Read()).Message);

        Assert.Equal(before.Order(), Directory.GetFileSystemEntries(_directory.Path).Order());
    }

    [Theory]
    [InlineData("elsewhere/real", true)]
    [InlineData("elsewhere/real", false)]
    [InlineData("elsewhere/../elsewhere/real", true)]
    public void Replace_ALinkOfOurOwn_WritesItsTargetAndLeavesTheLink(string target, bool isThere)
    {
        string real = Path.Combine(_directory.Path, "elsewhere", "real");
        Directory.CreateDirectory(Path.GetDirectoryName(real)!);
        File.CreateSymbolicLink(FilePath, target);
        if (isThere)
        {
            File.WriteAllText(real, "ours 1");
        }

        Open().Replace("ours 2"u8);

        Assert.Equal(target, new FileInfo(FilePath).LinkTarget);
        Assert.Equal("ours 2", File.ReadAllText(real));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(real)!));
        Assert.Equal("ours 2"u8.ToArray(), Open().Read().ToArray());
    }

    [Theory]
    [InlineData("own.new")]
    [InlineData("own.broken")]
    public void ReplaceAndSetAside_ALinkUnderANameThatCouldBeGuessed_DoNotFollowIt(string name)
    {
        string victim = Path.Combine(_directory.Path, "victim");
        File.WriteAllText(victim, "precious");
        File.CreateSymbolicLink(Path.Combine(_directory.Path, name), victim);
        File.WriteAllText(FilePath, "ours 1");

        Open().Replace("ours 2"u8);
        string aside = Open().SetAside();

        Assert.Equal("precious", File.ReadAllText(victim));
        Assert.Equal("ours 2", File.ReadAllText(aside));
        Assert.Equal(victim, new FileInfo(Path.Combine(_directory.Path, name)).LinkTarget);
    }

    [Fact]
    public void SetAside_SeveralTimes_OverwritesNoneOfThem()
    {
        var names = new List<string>();
        for (int i = 0; i < 3; i++)
        {
            File.WriteAllText(FilePath, $"ours {i}");
            names.Add(Open().SetAside());
        }

        Assert.Equal(["ours 0", "ours 1", "ours 2"], names.Select(File.ReadAllText));
        Assert.False(File.Exists(FilePath));
    }

    [LinuxFact]
    public void ReplaceAndRead_AnybodyCouldHaveWrittenIt_AreRefusedWithTheCommandThatMendsIt()
    {
        File.WriteAllText(FilePath, "ours 1");
        File.SetUnixFileMode(FilePath, OwnerOnly | UnixFileMode.OtherWrite);

        string write = Assert.Throws<UnauthorizedAccessException>(() => Open().Replace("ours 2"u8)).Message;
        string read = Assert.Throws<UnauthorizedAccessException>(() => Open().Read()).Message;

        Assert.Equal(($"can be written by every user of this host; run: chmod o-w {FilePath}", write), (write, read));
        Assert.Equal("ours 1", Assert.Single(Contents()));
    }

    [RootFact]
    public void Replace_FileOfAnotherUserWhereNotEverybodyWrites_StaysHisFile()
    {
        File.WriteAllText(FilePath, "ours 1");
        SpecialFile.Run("chown", "12345:23456", FilePath);

        Open().Replace("ours 2"u8);

        Assert.Equal("ours 2", Assert.Single(Contents()));
        SpecialFile.Run("sh", "-c", $"test $(stat -c %u:%g {FilePath}) = 12345:23456");
    }

    [RootFact]
    public void ReplaceAndRead_FileOfAnotherUserWhereEverybodyWrites_AreRefused()
    {
        File.WriteAllText(FilePath, "ours 1");
        SpecialFile.Run("chown", "12345", FilePath);
        SpecialFile.Run("chmod", "1777", _directory.Path);

        string write = Assert.Throws<UnauthorizedAccessException>(() => Open().Replace("ours 2"u8)).Message;

        Assert.Equal("belongs to user 12345, and this process is root; give it to that one with chown, or name another file", write);
        Assert.Throws<UnauthorizedAccessException>(() => Open().Read());
    }

    [RootFact]
    public void ReplaceAndRead_LinkOfAnotherUser_IsNotFollowed()
    {
        string victim = Path.Combine(_directory.Path, "victim");
        File.WriteAllText(victim, "ours, but not to be found");
        File.CreateSymbolicLink(FilePath, victim);
        SpecialFile.Run("chown", "-h", "12345", FilePath);

        string write = Assert.Throws<UnauthorizedAccessException>(() => Open().Replace("ours 2"u8)).Message;

        Assert.Equal("is a link of user 12345, which is not followed; name the file itself", write);
        Assert.Throws<UnauthorizedAccessException>(() => Open().Read());
        Assert.Equal("ours, but not to be found", File.ReadAllText(victim));
    }

    [Fact]
    public void Replace_NoSuchDirectory_FailsAndLeavesNothing()
    {
        var file = new OwnFile(Path.Combine(_directory.Path, "missing", "own"), 1000, IsOurs);

        Assert.Throws<DirectoryNotFoundException>(() => file.Replace("ours 1"u8));
        Assert.Empty(file.Read().ToArray());
    }

    private static bool IsOurs(ReadOnlyMemory<byte> start) => start.Span.StartsWith("ours"u8);

    private OwnFile Open() => new(FilePath, 1000, IsOurs);

    private string[] Contents() => [.. Directory.GetFiles(_directory.Path).Select(File.ReadAllText)];
}
