// SPDX-License-Identifier: MIT
using System.Diagnostics;
using LbEngine.Benchmarks.Commands;

namespace LbEngine.Benchmarks.Versus.Tools;

/// <summary>Runs a tool to its end and keeps what it said.</summary>
/// <param name="ExitCode">0 is well, as a rule.</param>
/// <param name="Text">Standard output, then standard error.</param>
internal readonly record struct ToolRun(int ExitCode, string Text)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Starts the tool, and ends it by its id when it takes longer than two minutes.</summary>
    public static ToolRun Run(string program, IReadOnlyList<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new CannotRunException($"{program} could not be started.");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new CannotRunException($"{program} {string.Join(' ', arguments)} did not end within {Limit.TotalMinutes:0} minutes.");
        }

        return new ToolRun(process.ExitCode, output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult());
    }

    /// <summary>The same on chosen cores; a failure is an exception with what the tool said.</summary>
    public static string RunPinned(string cores, string program, params string[] arguments)
    {
        ToolRun run = Run("taskset", ["-c", cores, program, .. arguments]);
        return run.ExitCode == 0 ? run.Text : throw new CannotRunException($"{program} {string.Join(' ', arguments)} failed: {run.Text.Trim()}");
    }
}
