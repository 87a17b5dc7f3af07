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
        if (!TryReadBytes(path, out byte[] bytes, out string problem))
        {
            return Fail(new ConfigurationError("", problem));
        }

        return Read(bytes, IsJson(path, bytes));
    }

    /// <summary>Reads the content of a file.</summary>
    public static LoadBalancerOptionsReadResult Read(ReadOnlySpan<byte> bytes, bool isJson)
    {
        if (isJson)
        {
            return LoadBalancerOptionsReader.ReadJson(bytes, hostSections: LbSections.All);
        }

        return YamlDocument.TryRead(bytes, out ConfigurationNode root, out ConfigurationError error)
            ? LoadBalancerOptionsReader.Read(root, hostSections: LbSections.All)
            : Fail(error);
    }

    private static LoadBalancerOptionsReadResult Fail(ConfigurationError error) => LoadBalancerOptionsReadResult.FromError(error);

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
