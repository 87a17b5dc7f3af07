// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Client;

/// <summary>A command that could not be carried out: carries what to print and the exit code.</summary>
internal sealed class AdminClientException(int exitCode, IReadOnlyList<string> lines) : Exception(string.Join('\n', lines))
{
    public int ExitCode { get; } = exitCode;

    public IReadOnlyList<string> Lines { get; } = lines;
}
