// SPDX-License-Identifier: MIT
using System.Diagnostics;
using LbEngine.Tests.Harness.Processes;

namespace LbEngine.Tests.ConsoleHost;

/// <summary>Runs the real <c>lb</c>.</summary>
internal static class LbProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Process Start(params IEnumerable<string> arguments) => StartWith(null, arguments);

    /// <summary>The same with more in its environment.</summary>
    public static Process StartWith(IReadOnlyDictionary<string, string>? environment, IEnumerable<string> arguments) => StartIn([], environment, arguments);

    /// <summary>The same by another program, such as one that enters a network namespace first.</summary>
    public static Process StartIn(IEnumerable<string> launcher, IReadOnlyDictionary<string, string>? environment, IEnumerable<string> arguments)
    {
        string[] command = [.. launcher, .. LbProgram.Command, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException("lb could not be started.");
    }

    /// <summary>Runs to the end; fails when that takes longer than a minute.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(params IEnumerable<string> arguments) => RunInAsync([], arguments);

    /// <summary>The same by another program.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunInAsync(IEnumerable<string> launcher, IEnumerable<string> arguments)
    {
        using Process process = StartIn(launcher, null, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await WaitForEndAsync(process);
        return (process.ExitCode, await output, await errors);
    }

    public static async Task WaitForEndAsync(Process process)
    {
        using var deadline = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"lb did not end within {Limit.TotalSeconds} s.");
        }
    }

    /// <summary>Reads standard output up to a line that contains the text; fails when the output ends before it.</summary>
    public static async Task<string> WaitForLineAsync(Process process, string text)
    {
        using var deadline = new CancellationTokenSource(Limit);
        while (await process.StandardOutput.ReadLineAsync(deadline.Token) is string line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"lb ended without saying '{text}': {await process.StandardError.ReadToEndAsync(deadline.Token)}");
    }
}
