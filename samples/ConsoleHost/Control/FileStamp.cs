// SPDX-License-Identifier: MIT
using System.Text;
using LbEngine.ConsoleHost.Configuration;

namespace LbEngine.ConsoleHost.Control;

/// <summary>What a file was at a moment. Its content counts, because times and lengths may be equal where that is not: after a rename, and behind a
/// directory link that leads elsewhere now.</summary>
internal sealed class FileStamp : IEquatable<FileStamp>
{
    /// <summary>No file.</summary>
    public static readonly FileStamp Missing = new("", default, []);

    private readonly string _target;
    private readonly DateTime _written;
    private readonly byte[] _content;

    private FileStamp(string target, DateTime written, byte[] content)
    {
        _target = target;
        _written = written;
        _content = content;
    }

    /// <summary>Reads the file; one that cannot be read has the reason for its content, since that is news too.</summary>
    public static FileStamp Read(string path)
    {
        if (!ConfigurationFile.TryReadBytes(path, out byte[] content, out string problem))
        {
            return problem == ConfigurationFile.NoSuchFile ? Missing : new FileStamp("", default, Encoding.UTF8.GetBytes(problem));
        }

        try
        {
            FileSystemInfo file = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
            return file.Exists ? new FileStamp(file.FullName, file.LastWriteTimeUtc, content) : Missing;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Missing;
        }
    }

    public bool Equals(FileStamp? other) =>
        other is not null && _target == other._target && _written == other._written && _content.AsSpan().SequenceEqual(other._content);

    public override bool Equals(object? obj) => Equals(obj as FileStamp);

    public override int GetHashCode() => HashCode.Combine(_target, _written, _content.Length);
}
