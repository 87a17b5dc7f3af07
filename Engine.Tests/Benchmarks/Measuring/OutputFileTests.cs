// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Measuring;

namespace LbEngine.Tests.Benchmarks.Measuring;

public sealed class OutputFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lb-output-");

    [Fact]
    public void Choose_FolderOrFile_IsAFileInIt()
    {
        string folder = _folder.FullName;

        Assert.Equal(Path.Combine(folder, "usual.md"), OutputFile.Choose(folder, "usual.md", isWhole: false));
        Assert.Equal(Path.Combine(folder, "new", "usual.md"), OutputFile.Choose(Path.Combine(folder, "new") + "/", "usual.md", isWhole: false));
        Assert.Equal(Path.Combine(folder, "own.md"), OutputFile.Choose(Path.Combine(folder, "own.md"), "usual.md", isWhole: false));
        Assert.EndsWith("artifacts/benchmarks/usual.md", OutputFile.Choose(null, "usual.md", isWhole: false), StringComparison.Ordinal);
    }

    [Fact]
    public void EnsureWritable_FolderIsMissing_MakesItAndLeavesNoFile()
    {
        string path = Path.Combine(_folder.FullName, "new", "own.md");

        OutputFile.EnsureWritable(path);

        Assert.True(Directory.Exists(Path.GetDirectoryName(path)));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void EnsureWritable_FileIsThere_KeepsWhatItHolds()
    {
        string path = Path.Combine(_folder.FullName, "own.md");
        File.WriteAllText(path, "before");

        OutputFile.EnsureWritable(path);

        Assert.Equal("before", File.ReadAllText(path));
    }

    [Fact]
    public void EnsureWritable_FileInThePlaceOfAFolder_NamesThePath()
    {
        string file = Path.Combine(_folder.FullName, "file");
        File.WriteAllText(file, "");

        ArgumentException exception = Assert.Throws<ArgumentException>(() => OutputFile.EnsureWritable(Path.Combine(file, "own.md")));

        Assert.StartsWith($"--output: {file}/own.md cannot be written: ", exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
