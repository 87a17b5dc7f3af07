// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Host;

namespace LbEngine.Tests.ConsoleHost;

/// <summary>A real <c>lb run</c> in a directory of its own, with its admin socket there; and commands to it.</summary>
internal sealed class LbRun : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory _directory;
    private readonly bool _ownsDirectory;
    private readonly ConcurrentQueue<string> _lines = new();

    private LbRun(TemporaryDirectory directory, Process process, bool ownsDirectory)
    {
        _directory = directory;
        _ownsDirectory = ownsDirectory;
        Process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Process Process { get; }

    /// <summary>Everything that it has said so far.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    public string File => Path.Combine(_directory.Path, "lb.yaml");

    /// <summary>What <c>DIR/state.json</c> on the command line means.</summary>
    public string StateFile => Path.Combine(_directory.Path, "state.json");

    public string AdminAddress => $"unix:{Path.Combine(_directory.Path, "lb.sock")}";

    /// <summary>Starts it and waits until it serves.</summary>
    /// <param name="document">The configuration, without an admin section.</param>
    /// <param name="environment">Added to the environment.</param>
    /// <param name="arguments">Added to the command line; <c>DIR</c> stands for its directory.</param>
    public static Task<LbRun> StartAsync(string document, IReadOnlyDictionary<string, string>? environment = null, params IEnumerable<string> arguments) =>
        StartInAsync([], document, environment, arguments);

    /// <summary>The same by another program, such as one that enters a network namespace first.</summary>
    public static async Task<LbRun> StartInAsync(
        IEnumerable<string> launcher, string document, IReadOnlyDictionary<string, string>? environment = null, params IEnumerable<string> arguments)
    {
        var directory = new TemporaryDirectory();
        string file = Path.Combine(directory.Path, "lb.yaml");
        string admin = $"admin: {{ bind: \"unix:{Path.Combine(directory.Path, "lb.sock")}\" }}\n";
        await System.IO.File.WriteAllTextAsync(file, admin + document);
        string[] all = ["run", file, .. arguments.Select(argument => argument.Replace("DIR", directory.Path, StringComparison.Ordinal))];
        var run = new LbRun(directory, LbProcess.StartIn(launcher, environment, all), ownsDirectory: true);
        _ = await run.WaitForLineAsync("admin listens on ");
        return run;
    }

    /// <summary>Starts another one with another configuration and the same file and admin address, and waits until it serves.</summary>
    public async Task<LbRun> StartBesideAsync(string document, params IEnumerable<string> arguments)
    {
        Write(document);
        var run = new LbRun(_directory, LbProcess.StartWith(null, ["run", File, .. arguments]), ownsDirectory: false);
        _ = await run.WaitForLineAsync("admin listens on ");
        return run;
    }

    /// <summary>Puts another configuration in place of the first one, whole: nobody reads half of it.</summary>
    public void Write(string document)
    {
        System.IO.File.WriteAllText(File + ".new", $"admin: {{ bind: \"{AdminAddress}\" }}\n" + document);
        System.IO.File.Move(File + ".new", File, overwrite: true);
    }

    /// <summary>Where a listener accepts.</summary>
    public IPEndPoint EndPoint(string listener) =>
        IPEndPoint.Parse(_lines.First(line => line.StartsWith($"listener {listener} accepts on ", StringComparison.Ordinal)).Split(' ')[4]);

    public Task<(int ExitCode, string Output, string Errors)> CommandAsync(params string[] arguments) =>
        LbProcess.RunAsync([.. arguments, "--admin", AdminAddress]);

    public async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{Process.Id}"]);
        await LbProcess.WaitForEndAsync(kill);
    }

    /// <summary>Waits for a line that contains the text, among those that were not there at <paramref name="after"/>.</summary>
    public async Task<string> WaitForLineAsync(string text, int after = 0)
    {
        string? found = null;
        await Waiting.UntilAsync(
            () => (found = _lines.Skip(after).FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal))) is not null || Process.HasExited,
            $"lb says '{text}'",
            Limit,
            () => string.Join('\n', _lines));
        return found ?? throw new InvalidOperationException($"lb ended without saying '{text}':\n{string.Join('\n', _lines)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!Process.HasExited)
        {
            Process.Kill();
            await LbProcess.WaitForEndAsync(Process);
        }

        Process.Dispose();
        if (_ownsDirectory)
        {
            _directory.Dispose();
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _lines.Enqueue(line);
        }
    }
}
