// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using LbEngine.Benchmarks.Commands;

namespace LbEngine.Benchmarks.Scale.Processes;

/// <summary>A process of our own on chosen cores, ended by its id.</summary>
internal sealed class PinnedProcess : IDisposable
{
    private const int LastLines = 20;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    // Threads that have ended stay in it: without them the sum would fall, and the time between two looks with it.
    private readonly Dictionary<string, long> _threadNanoseconds = [];

    private PinnedProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public bool HasExited => _process.HasExited;

    /// <summary>What it said last, for the message of a failure.</summary>
    public string Output => string.Join(" | ", _output);

    /// <param name="cores">As taskset takes them: <c>0</c>, <c>0-3</c>.</param>
    /// <param name="assembly">A .NET program.</param>
    /// <param name="arguments">Its command line.</param>
    public static PinnedProcess Start(string cores, string assembly, params IEnumerable<string> arguments)
    {
        // taskset becomes the program: the process has one id from the start.
        var info = new ProcessStartInfo("taskset", ["-c", cores, "dotnet", assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new PinnedProcess(Process.Start(info) ?? throw new CannotRunException("taskset could not be started; it is in the package util-linux."));
    }

    /// <summary>Processor time of all threads, to the nanosecond, as the kernel's scheduler accounts it.</summary>
    public TimeSpan ReadProcessorTime()
    {
        foreach (string task in Directory.EnumerateDirectories($"/proc/{_process.Id}/task"))
        {
            try
            {
                string nanoseconds = File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ')[0];
                _threadNanoseconds[Path.GetFileName(task)] = long.Parse(nanoseconds, CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // The thread has ended between the listing and the look.
            }
        }

        return TimeSpan.FromMicroseconds(_threadNanoseconds.Values.Sum() / 1000.0);
    }

    /// <summary>Memory of its own that is resident now, without files that it maps; the kernel's buffers are not in it.</summary>
    public long ReadPrivateBytes()
    {
        string line = File.ReadLines($"/proc/{_process.Id}/status").First(one => one.StartsWith("RssAnon:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.WaitForExit();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _output.Enqueue(line);
            if (_output.Count > LastLines)
            {
                _output.TryDequeue(out _);
            }
        }
    }
}
