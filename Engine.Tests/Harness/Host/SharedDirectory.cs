// SPDX-License-Identifier: MIT
using System.Runtime.Versioning;

namespace LbEngine.Tests.Harness.Host;

/// <summary>A directory where every user may make files, and nobody may remove those of others, as the temporary one.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class SharedDirectory : IDisposable
{
    private const UnixFileMode ForAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute
        | UnixFileMode.StickyBit;

    private readonly TemporaryDirectory _directory = new();

    public SharedDirectory() => File.SetUnixFileMode(_directory.Path, ForAll);

    public string Path => _directory.Path;

    public void Dispose() => _directory.Dispose();
}
