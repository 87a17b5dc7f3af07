// SPDX-License-Identifier: MIT
using System.Diagnostics;
using LbEngine.Tests.Harness.Host;

namespace LbEngine.Tests.ConsoleHost.Shells;

/// <summary>Runs a script by a shell, with an <c>lb</c> before it that knows two backends and nothing else.</summary>
internal static class Shell
{
    public const string Backends = "site/a\nsite/b";

    /// <summary>What it prints; fails when it complains.</summary>
    public static async Task<string> RunAsync(string shell, string script, params IEnumerable<string> options)
    {
        using var directory = new TemporaryDirectory();
        string lb = Path.Combine(directory.Path, "lb");
        await File.WriteAllTextAsync(
            lb,
            $"#!/bin/sh\n[ \"$*\" = 'completion backends' ] && printf '{Backends.Replace("\n", "\\n", StringComparison.Ordinal)}\\n'\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(lb, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        await File.WriteAllTextAsync(Path.Combine(directory.Path, "site.yaml"), "");
        string file = Path.Combine(directory.Path, "commands");
        await File.WriteAllTextAsync(file, script);
        var start = new ProcessStartInfo(shell, [.. options, file])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory.Path,
        };
        start.Environment["PATH"] = $"{directory.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["HOME"] = directory.Path;
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{shell} could not be started.");
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await LbProcess.WaitForEndAsync(process);
        Assert.Equal("", await errors);
        return await output;
    }
}
