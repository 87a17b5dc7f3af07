// SPDX-License-Identifier: MIT
using System.Security;
using System.Text;
using LbEngine.Configuration;
using LbEngine.Files;

namespace LbEngine.ConsoleHost.Configuration;

/// <summary>Reads a configuration file: JSON or YAML by its extension, by its content when it has neither.</summary>
internal static class ConfigurationFile
{
    /// <summary>What is said of a file that is not there.</summary>
    public const string NoSuchFile = "there is no such file";

    /// <summary>Reads the file. Everything that is wrong, with the file or inside it, is in the result; nothing is thrown.</summary>
    public static LoadBalancerOptionsReadResult Read(string path)
    {
        IReadOnlyList<ConfigurationError> errors = ReadTree(path, out ConfigurationNode root, out _);
        if (errors.Count > 0)
        {
            return LoadBalancerOptionsReadResult.FromErrors(errors);
        }

        LoadBalancerOptionsReadResult read = LoadBalancerOptionsReader.Read(root, hostSections: LbSections.All);
        errors = read.Errors.Count == 0 ? LoadBalancer.CheckFiles(read.Options) : [];
        return errors.Count == 0 ? read : LoadBalancerOptionsReadResult.FromErrors(errors);
    }

    /// <summary>Reads the content of a document that is no file here: it includes nothing, and variables in it are none.</summary>
    public static LoadBalancerOptionsReadResult Read(ReadOnlySpan<byte> bytes, bool isJson) =>
        TryParse(bytes, isJson, out ConfigurationNode root, out ConfigurationError error)
            ? LoadBalancerOptionsReader.Read(root, hostSections: LbSections.All)
            : LoadBalancerOptionsReadResult.FromError(error);

    /// <summary>Reads a file and what it includes, with values of the environment for variables.</summary>
    /// <param name="path">The file.</param>
    /// <param name="root">The whole; without meaning when there are errors.</param>
    /// <param name="isAlone">True when the file alone says all of it, without variables and wherever it is read.</param>
    /// <returns>What was wrong.</returns>
    public static IReadOnlyList<ConfigurationError> ReadTree(string path, out ConfigurationNode root, out bool isAlone) =>
        ReadTree(ConfigurationSources.Load(path), path, out root, out isAlone, out _);

    /// <summary>Everything that a configuration is read from: its file, what that includes, folders where those were found, and files that list
    /// networks.</summary>
    public static IReadOnlyList<string> FindPlaces(string path)
    {
        var sources = ConfigurationSources.Load(path);
        _ = ReadTree(sources, path, out _, out _, out IReadOnlyList<string> lists);
        return [.. sources.Places, .. lists];
    }

    /// <summary>Makes a tree of the content of a file.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, bool isJson, out ConfigurationNode root, out ConfigurationError error) => isJson
        ? LoadBalancerOptionsReader.TryParseJson(bytes, out root, out error)
        : YamlDocument.TryRead(bytes, out root, out error);

    /// <summary>Reads at most what a document may have, from a regular file and in time.</summary>
    public static bool TryReadBytes(string path, out byte[] bytes, out string problem, int maxBytes = LoadBalancerOptionsReader.MaxDocumentBytes)
    {
        bytes = [];
        problem = "";
        try
        {
            bytes = RegularFile.Read(path, maxBytes).ToArray();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            problem = NoSuchFile;
        }
        catch (RefusedFileException exception)
        {
            problem = exception.Message;
        }
        catch (Exception exception) when (exception
            is IOException or UnauthorizedAccessException or SecurityException or ArgumentException or NotSupportedException)
        {
            problem = $"cannot be read: {exception.Message}";
        }

        return problem.Length == 0;
    }

    /// <summary>True for JSON by its extension, or by its content when the extension says nothing.</summary>
    public static bool IsJson(string path, byte[] bytes) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".JSON" => true,
        ".YAML" or ".YML" => false,
        _ => Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, 4096))).TrimStart('\uFEFF', ' ', '\t', '\r', '\n').StartsWith('{'),
    };

    private static IReadOnlyList<ConfigurationError> ReadTree(
        ConfigurationSources sources, string path, out ConfigurationNode root, out bool isAlone, out IReadOnlyList<string> lists)
    {
        var variables = Variables.OfEnvironment();
        var files = new NetworkFiles(path);
        root = sources.Errors.Count == 0 ? files.Locate(variables.Expand(sources.Root)) : sources.Root;
        isAlone = !sources.HasIncludes && !variables.HasChanged && !files.HasChanged;
        lists = files.Paths;
        return [.. sources.Errors, .. variables.Errors];
    }
}
