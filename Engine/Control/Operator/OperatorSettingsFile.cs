// SPDX-License-Identifier: MIT
using System.Text.Json;
using LbEngine.Backends;
using LbEngine.Files;

namespace LbEngine.Control.Operator;

/// <summary>
/// Keeps what the operator has set in a file, so that it survives a restart. The file is replaced as a whole by a rename: a reader, and a crash, meet
/// the old or the new one.
/// </summary>
internal sealed class OperatorSettingsFile
{
    private const int Version = 1;
    private const string VersionName = "version";
    private const string BackendsName = "backends";

    // Some 500,000 backends.
    private const int MaxBytes = 64 << 20;

    private readonly string _path;
    private readonly OwnFile _file;

    public OperatorSettingsFile(string path)
    {
        _path = path;
        _file = new OwnFile(path, MaxBytes, IsStateFile);
    }

    /// <summary>Reads what was saved; nothing when there is no file yet.</summary>
    /// <exception cref="RefusedFileException">It is no regular file, or something else than a state file, which is left as it is.</exception>
    /// <exception cref="InvalidDataException">The file is not what <see cref="Save"/> writes; says where.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission, or another user could have written it.</exception>
    public IReadOnlyList<(string Pool, string Backend, OperatorSetting Setting)> Load()
    {
        ReadOnlyMemory<byte> content = Named(_file.Read);
        if (content.IsEmpty)
        {
            return [];
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(content);
            JsonElement root = document.RootElement;
            int version = root.GetProperty(VersionName).GetInt32();
            return version == Version
                ? [.. root.GetProperty(BackendsName).EnumerateArray().Select(Read)]
                : throw new InvalidDataException($"{_path}: version {version} is not known; this program writes version {Version}");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{_path}: {exception.Message}", exception);
        }
    }

    /// <summary>Replaces the file.</summary>
    /// <exception cref="IOException">The file cannot be written, or is no state file; the old one is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission, or another user could have written it; the old one is unharmed.</exception>
    public void Save(IReadOnlyDictionary<(string Pool, string Backend), OperatorSetting> entries)
    {
        using var content = new MemoryStream();
        Write(content, entries);
        _ = Named(() =>
        {
            _file.Replace(content.GetBuffer().AsSpan(0, (int)content.Length));
            return true;
        });
    }

    /// <summary>Puts a file that cannot be read aside, so that it is not lost when the next change is saved.</summary>
    public string SetAside() => Named(_file.SetAside);

    /// <summary>True for what <see cref="Save"/> writes, whole or torn, for the same in another order, and for an object with nothing to lose.</summary>
    private static bool IsStateFile(ReadOnlyMemory<byte> start)
    {
        var reader = new Utf8JsonReader(start.Span, isFinalBlock: false, state: default);
        try
        {
            return reader.Read()
                && reader.TokenType == JsonTokenType.StartObject
                && reader.Read()
                && (reader.TokenType == JsonTokenType.EndObject || reader.ValueTextEquals(VersionName) || reader.ValueTextEquals(BackendsName));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Says which file it was.</summary>
    private T Named<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (RefusedFileException exception)
        {
            throw new RefusedFileException($"{_path}: {exception.Message}", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new UnauthorizedAccessException($"{_path}: {exception.Message}", exception);
        }
        catch (IOException exception)
        {
            throw new IOException($"{_path}: {exception.Message}", exception);
        }
    }

    private static void Write(Stream stream, IReadOnlyDictionary<(string Pool, string Backend), OperatorSetting> entries)
    {
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteNumber(VersionName, Version);
        writer.WriteStartArray(BackendsName);
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
