// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.Diagnostics;

namespace LbEngine.Tests.Harness.Processes;

/// <summary>A process of the test's own, ended with the test by its id.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly string _name;

    private ChildProcess(Process process, string name)
    {
        _process = process;
        _name = name;
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Processor time that it has used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Every line of its output and error output so far.</summary>
    public IEnumerable<string> Output => _output;

    public static ChildProcess Start(string program, params IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        Process process = Process.Start(info) ?? throw new InvalidOperationException($"{program} did not start.");
        var child = new ChildProcess(process, Path.GetFileName(program));
        process.OutputDataReceived += (_, line) => child.Add(line.Data);
        process.ErrorDataReceived += (_, line) => child.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    public void WriteLine(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    /// <summary>
    /// Waits for a line that starts with <paramref name="prefix"/>, not counting the first <paramref name="skip"/> of them, and returns the rest of
    /// it.
    /// </summary>
    public async Task<string> WaitForLineAsync(string prefix, int skip = 0, TimeSpan? limit = null)
    {
        string? Find() => _output.Where(line => line.StartsWith(prefix, StringComparison.Ordinal)).ElementAtOrDefault(skip);
        await WaitWhileAliveAsync(() => Find() is not null, $"{_name} prints '{prefix}'", limit);
        return Find()![prefix.Length..].Trim();
    }

    /// <summary>Waits for something outside that the process should bring about; fails at once when it dies.</summary>
    public Task WaitWhileAliveAsync(Func<bool> isSo, string what, TimeSpan? limit = null) => Waiting.UntilAsync(
        () => isSo() || (HasExited ? throw new InvalidOperationException($"{_name} exited with {ExitCode} before {what}. {Describe()}") : false),
        what,
        limit,
        Describe);

    /// <summary>Sends a signal, such as <c>STOP</c>, to this one process.</summary>
    public void Signal(string name)
    {
        using ChildProcess kill = Start("/bin/kill", $"-{name}", $"{Id}");
        kill.WaitForExit();
        if (kill.ExitCode != 0)
        {
            throw new InvalidOperationException($"SIG{name} did not reach {_name} (process {Id}).");
        }
    }

    /// <summary>SIGKILL to this one process; returns when it is gone.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        WaitForExit();
    }

    /// <summary>Waits until it has ended and its output was read to the end; until then the pipes stay open.</summary>
    public void WaitForExit()
    {
        if (!_process.WaitForExitAsync().Wait(Waiting.DefaultLimit))
        {
            throw new TimeoutException($"{_name} (process {Id}) or its output did not end within {Waiting.DefaultLimit.TotalSeconds} s.");
        }
    }

    public void Dispose()
    {
        Kill();

        // A stream that was used belongs to its user and is not closed with the process.
        _process.StandardInput.Dispose();
        _process.Dispose();
    }

    private string Describe() => $"Its output: {string.Join(" | ", _output.TakeLast(20))}";

    private void Add(string? line)
    {
        if (line is not null)
        {
            _output.Enqueue(line);
        }
    }
}
