// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Systemd;

/// <summary>Finds out whether what is written goes to systemd's journal (<c>JOURNAL_STREAM</c>, man 5 systemd.exec).</summary>
internal static class JournalStream
{
    public const string Variable = "JOURNAL_STREAM";

    private const string StandardError = "/proc/self/fd/2";

    /// <summary>True when standard error is the stream that the service manager has opened, and nobody has redirected it since.</summary>
    public static bool IsStandardError() => OperatingSystem.IsLinux() && IsSame(Environment.GetEnvironmentVariable(Variable), ReadTarget());

    /// <summary>Whether <c>DEVICE:INODE</c> is the socket that a descriptor's link names. Pure.</summary>
    public static bool IsSame(string? stream, string? target) =>
        stream?.Split(':') is [_, { Length: > 0 } inode] && target is not null && target.EndsWith($"socket:[{inode}]", StringComparison.Ordinal);

    private static string? ReadTarget()
    {
        try
        {
            return File.ResolveLinkTarget(StandardError, returnFinalTarget: false)?.FullName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
