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
        return errors.Count == 0 ? LoadBalancerOptionsReader.Read(root, hostSections: LbSections.All) : LoadBalancerOptionsReadResult.FromErrors(errors);
    }

    /// <summary>Reads the content of a document that is no file here: it includes nothing, and variables in it are none.</summary>
    public static LoadBalancerOptionsReadResult Read(ReadOnlySpan<byte> bytes, bool isJson) =>
        TryParse(bytes, isJson, out ConfigurationNode root, out ConfigurationError error)
            ? LoadBalancerOptionsReader.Read(root, hostSections: LbSections.All)
            : LoadBalancerOptionsReadResult.FromError(error);

    /// <summary>Reads a file and what it includes, with values of the environment for variables.</summary>
    /// <param name="path">The file.</param>
    /// <param name="root">The whole; without meaning when there are errors.</param>
    /// <param name="isAlone">True when the file alone says all of it, without variables.</param>
    /// <returns>What was wrong.</returns>
    public static IReadOnlyList<ConfigurationError> ReadTree(string path, out ConfigurationNode root, out bool isAlone)
    {
        var sources = ConfigurationSources.Load(path);
        var variables = Variables.OfEnvironment();
        root = sources.Errors.Count == 0 ? variables.Expand(sources.Root) : sources.Root;
        isAlone = !sources.HasIncludes && !variables.HasChanged;
        return [.. sources.Errors, .. variables.Errors];
    }

    /// <summary>Makes a tree of the content of a file.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, bool isJson, out ConfigurationNode root, out ConfigurationError error) => isJson
        ? LoadBalancerOptionsReader.TryParseJson(bytes, out root, out error)
        : YamlDocument.TryRead(bytes, out root, out error);

    /// <summary>Reads at most what a document may have, from a regular file and in time.</summary>
    public static bool TryReadBytes(string path, out byte[] bytes, out string problem)
    {
        bytes = [];
        problem = "";
        try
        {
            bytes = RegularFile.Read(path, LoadBalancerOptionsReader.MaxDocumentBytes).ToArray();
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
}
