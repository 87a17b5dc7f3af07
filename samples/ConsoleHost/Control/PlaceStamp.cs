// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using System.Text;
using LbEngine.ConsoleHost.Configuration;

namespace LbEngine.ConsoleHost.Control;

/// <summary>What one file or folder was at a moment. The content of a file counts, because times and lengths may be equal where that is not: after a
/// rename, and behind a directory link that leads elsewhere now. Of a folder the names count.</summary>
internal sealed class PlaceStamp : IEquatable<PlaceStamp>
{
    private const int MostBytes = 64 << 20;

    // Of more than this the digest is kept.
    private const int MostKept = 64 << 10;

    private readonly string _target;
    private readonly DateTime _written;
    private readonly byte[] _content;

    private PlaceStamp(string place, string target, DateTime written, byte[] content, bool isMissing = false)
    {
        Place = place;
        IsMissing = isMissing;
        _target = target;
        _written = written;
        _content = content;
    }

    public string Place { get; }

    public bool IsMissing { get; }

    /// <summary>It is a file that could be read.</summary>
    public bool IsReadable => _target.Length > 0;

    /// <summary>Reads it; what cannot be read has the reason for its content, since that is news too.</summary>
    public static PlaceStamp Read(string place)
    {
        try
        {
            if (IncludedFiles.List(place) is IReadOnlyList<string> names)
            {
                return new PlaceStamp(place, "", default, Encoding.UTF8.GetBytes(string.Join('\n', names)));
            }

            // Lists of networks may be longer than a document.
            if (!ConfigurationFile.TryReadBytes(place, out byte[] content, out string problem, MostBytes))
            {
                return problem == ConfigurationFile.NoSuchFile ? Missing(place) : new PlaceStamp(place, "", default, Encoding.UTF8.GetBytes(problem));
            }

            FileSystemInfo file = File.ResolveLinkTarget(place, returnFinalTarget: true) ?? new FileInfo(place);
            content = content.Length <= MostKept ? content : SHA256.HashData(content);
            return file.Exists ? new PlaceStamp(place, file.FullName, file.LastWriteTimeUtc, content) : Missing(place);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Missing(place);
        }
    }

    /// <summary>Both are the same place and say the same, whenever they were written.</summary>
    public bool HasContentOf(PlaceStamp other) =>
        Place == other.Place && IsMissing == other.IsMissing && _content.AsSpan().SequenceEqual(other._content);

    public bool Equals(PlaceStamp? other) =>
        other is not null && Place == other.Place && _target == other._target && _written == other._written && IsMissing == other.IsMissing
        && _content.AsSpan().SequenceEqual(other._content);

    public override bool Equals(object? obj) => Equals(obj as PlaceStamp);

    public override int GetHashCode() => HashCode.Combine(Place, _target, _written, _content.Length);

    private static PlaceStamp Missing(string place) => new(place, "", default, [], isMissing: true);
}
