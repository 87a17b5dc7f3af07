// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Harness.Host;

/// <summary>A directory that goes with the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("lb-e2e-");

    public string Path => _directory.FullName;

    public DirectoryInfo Info => _directory;

    public void Dispose() => _directory.Delete(recursive: true);
}
