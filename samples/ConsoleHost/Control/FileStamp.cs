// SPDX-License-Identifier: MIT
using LbEngine.ConsoleHost.Configuration;

namespace LbEngine.ConsoleHost.Control;

/// <summary>What a configuration was at a moment: its file, those that it includes, the folders where those were found, and lists of networks.</summary>
internal sealed class FileStamp : IEquatable<FileStamp>
{
    /// <summary>No file.</summary>
    public static readonly FileStamp Missing = new([]);

    private readonly PlaceStamp[] _places;

    private FileStamp(PlaceStamp[] places) => _places = places;

    /// <summary>Reads all of it.</summary>
    /// <param name="path">The file of the configuration.</param>
    /// <param name="last">What it was when it was last looked at: while nothing of that is another one, no file is read for what it includes.</param>
    public static FileStamp Read(string path, FileStamp? last = null)
    {
        if (last is { _places.Length: > 0 } && last._places.All(static one => PlaceStamp.Read(one.Place).Equals(one)))
        {
            return last;
        }

        PlaceStamp[] places = [.. ConfigurationFile.FindPlaces(path).Select(PlaceStamp.Read)];
        return places[0].IsMissing ? Missing : new FileStamp(places);
    }

    /// <summary>The first of the files could be read.</summary>
    public bool IsReadable => _places.Length > 0 && _places[0].IsReadable;

    /// <summary>Both say the same, whenever they were written.</summary>
    public bool HasContentOf(FileStamp other) =>
        _places.Length == other._places.Length && _places.Zip(other._places).All(static pair => pair.First.HasContentOf(pair.Second));

    public bool Equals(FileStamp? other) => other is not null && _places.AsSpan().SequenceEqual(other._places);

    public override bool Equals(object? obj) => Equals(obj as FileStamp);

    public override int GetHashCode() => _places.Length == 0 ? 0 : _places[0].GetHashCode();
}
