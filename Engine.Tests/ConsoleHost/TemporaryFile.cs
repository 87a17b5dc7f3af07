// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.ConsoleHost;

/// <summary>A file that is gone when the test is.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("lb-test-");

    public TemporaryFile(string name, string text)
    {
        Path = System.IO.Path.Combine(_directory.FullName, name);
        File.WriteAllText(Path, text);
    }

    public string Path { get; }

    public void Dispose() => _directory.Delete(recursive: true);
}
