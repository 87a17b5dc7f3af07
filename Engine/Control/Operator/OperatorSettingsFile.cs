// SPDX-License-Identifier: MIT
using System.Text.Json;
using LbEngine.Backends;

namespace LbEngine.Control.Operator;

/// <summary>
/// Keeps what the operator has set in a file, so that it survives a restart. The file is replaced as a whole by a rename: a reader, and a crash, meet
/// the old or the new one.
/// </summary>
internal sealed class OperatorSettingsFile
{
    private const int Version = 1;

    private readonly string _path;

    public OperatorSettingsFile(string path) => _path = path;

    /// <summary>Reads what was saved; nothing when there is no file yet.</summary>
    /// <exception cref="InvalidDataException">The file is not what <see cref="Save"/> writes; says where.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IReadOnlyList<(string Pool, string Backend, OperatorSetting Setting)> Load()
    {
        if (!File.Exists(_path))
        {
            return [];
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(_path));
            JsonElement root = document.RootElement;
            int version = root.GetProperty("version").GetInt32();
            return version == Version
                ? [.. root.GetProperty("backends").EnumerateArray().Select(Read)]
                : throw new InvalidDataException($"{_path}: version {version} is not known; this program writes version {Version}");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{_path}: {exception.Message}", exception);
        }
    }

    /// <summary>Replaces the file.</summary>
    /// <exception cref="IOException">The file cannot be written; the old one is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission; the old one is unharmed.</exception>
    public void Save(IReadOnlyDictionary<(string Pool, string Backend), OperatorSetting> entries)
    {
        string fresh = _path + ".new";
        using (FileStream stream = new(fresh, FileMode.Create, FileAccess.Write))
        {
            Write(stream, entries);
            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, _path, overwrite: true);
    }

    /// <summary>Puts a file that cannot be read aside, so that it is not lost when the next change is saved.</summary>
    public string SetAside()
    {
        string aside = _path + ".broken";
        File.Move(_path, aside, overwrite: true);
        return aside;
    }

    private static void Write(Stream stream, IReadOnlyDictionary<(string Pool, string Backend), OperatorSetting> entries)
    {
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteNumber("version", Version);
        writer.WriteStartArray("backends");
        foreach (((string pool, string backend), OperatorSetting setting) in entries.OrderBy(entry => entry.Key))
        {
            writer.WriteStartObject();
            writer.WriteString("pool", pool);
            writer.WriteString("backend", backend);
            writer.WriteString("state", setting.State.ToString());
            if (setting.Weight is int weight)
            {
                writer.WriteNumber("weight", weight);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static (string Pool, string Backend, OperatorSetting Setting) Read(JsonElement entry)
    {
        string state = Text(entry, "state");
        if (!Enum.TryParse(state, out OperatorState parsed) || !Enum.IsDefined(parsed))
        {
            throw new FormatException($"'{state}' is no state; the states are {string.Join(", ", Enum.GetNames<OperatorState>())}");
        }

        int? weight = entry.TryGetProperty("weight", out JsonElement written) ? written.GetInt32() : null;
        return weight is < 0 or > 65_535
            ? throw new FormatException($"a weight is from 0 to 65535, was {weight}")
            : (Text(entry, "pool"), Text(entry, "backend"), new OperatorSetting(parsed, weight));
    }

    private static string Text(JsonElement entry, string name) =>
        entry.GetProperty(name).GetString() ?? throw new FormatException($"{name} must be a text");
}
