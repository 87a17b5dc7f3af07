// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using LbEngine.Benchmarks.Commands;

namespace LbEngine.Benchmarks.Soak.Processes;

/// <summary>One process of <c>lb run</c>: its output is read to the end, and anything in it that must never stand there is a finding.</summary>
internal sealed class BalancerRun : IDisposable
{
    // A line that begins with one of these, behind its time.
    private static readonly string[] Never = ["fail:", "crit:", "Unhandled exception", "Out of memory", "InternalError"];

    private const string Ready = "admin listens";
    private const int LastLines = 40;

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Process _process;
    private readonly Action<string> _complain;

    private BalancerRun(Process process, Action<string> complain)
    {
        _process = process;
        _complain = complain;
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts it; it serves when <see cref="WaitUntilReadyAsync"/> is done.</summary>
    public static BalancerRun Start(int openFiles, string file, bool takesOver, Action<string> complain)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "lb.dll");
        string further = takesOver ? " --take-over" : "";
        string command = $"ulimit -n {openFiles} && exec dotnet '{program}' run '{file}' --log-level warning{further}";
        var info = new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true };
        return new BalancerRun(Process.Start(info) ?? throw new CannotRunException("sh could not be started."), complain);
    }

    public async Task WaitUntilReadyAsync(TimeSpan limit)
    {
        Task ended = _process.WaitForExitAsync();
        if (await Task.WhenAny(_ready.Task, ended, Task.Delay(limit)) != _ready.Task)
        {
            throw new CannotRunException($"lb does not serve. It said: {ReadOutput()}");
        }
    }

    /// <summary>SIGTERM.</summary>
    public void Terminate()
    {
        using Process? kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]);
        kill?.WaitForExit();
    }

    /// <summary>It has to end by itself within a time, and well.</summary>
    public async Task EndAsync(TimeSpan limit, string what)
    {
        if (await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(limit)) is var first && !_process.HasExited)
        {
            await first;
            _complain($"{what} did not end within {limit.TotalSeconds:0} s. It said: {ReadOutput()}");
        }
        else if (_process.ExitCode != 0)
        {
            _complain($"{what} ended with exit code {_process.ExitCode}. It said: {ReadOutput()}");
        }
    }

    public string ReadOutput() => _lines.IsEmpty ? "nothing" : string.Join(" | ", _lines);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue(line);
        if (_lines.Count > LastLines)
        {
            _lines.TryDequeue(out _);
        }

        if (line.StartsWith(Ready, StringComparison.Ordinal))
        {
            _ready.TrySetResult();
        }

        if (Never.Any(word => line.Contains(word, StringComparison.Ordinal)))
        {
            _complain($"the balancer said: {line}");
        }
    }
}
