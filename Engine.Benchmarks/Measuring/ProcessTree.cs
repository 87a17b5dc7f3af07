// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using LbEngine.Benchmarks.Commands;

namespace LbEngine.Benchmarks.Measuring;

/// <summary>A program and the processes that it has started, on chosen cores; ended by their ids.</summary>
internal sealed class ProcessTree : IDisposable
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    private const int LastLines = 20;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    // Threads that have ended stay in it: without them the sum would fall, and the time between two looks with it.
    private readonly Dictionary<string, long> _threadNanoseconds = [];

    private ProcessTree(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public bool HasExited => _process.HasExited;

    /// <summary>The program's and those of everything that it has started.</summary>
    public IReadOnlyList<int> Ids => [.. Descend(_process.Id)];

    /// <param name="cores">As taskset takes them: <c>0</c>, <c>0-3</c>.</param>
    /// <param name="program">What to run.</param>
    /// <param name="arguments">Its command line.</param>
    public static ProcessTree Start(string cores, string program, IEnumerable<string> arguments)
    {
        // taskset becomes the program: the process has one id from the start.
        var info = new ProcessStartInfo("taskset", ["-c", cores, program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        return new ProcessTree(Process.Start(info) ?? throw new CannotRunException("taskset could not be started; it is in the package util-linux."));
    }

    /// <summary>What it said last, for the message of a failure.</summary>
    public string ReadOutput()
    {
        if (_process.HasExited)
        {
            // The last lines may still be on their way; a child that lives on may hold their pipe for ever.
            _process.WaitForExitAsync().Wait(EndLimit);
        }

        return _output.IsEmpty ? "nothing" : string.Join(" | ", _output);
    }

    /// <summary>Processor time in microseconds of all threads of all processes, as the kernel's scheduler accounts it.</summary>
    public double ReadProcessorMicroseconds()
    {
        foreach (string task in Ids.SelectMany(id => List($"/proc/{id}/task")))
        {
            try
            {
                string nanoseconds = File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ')[0];
                _threadNanoseconds[task] = long.Parse(nanoseconds, CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // The thread has ended between the listing and the look.
            }
        }

        return _threadNanoseconds.Values.Sum() / 1000.0;
    }

    /// <summary>Resident memory of all processes, with files that they map.</summary>
    public long ReadResidentBytes() => ReadStatus("VmRSS:");

    /// <summary>Their own memory that is resident now, without files that they map; the kernel's buffers are not in it.</summary>
    public long ReadPrivateBytes() => ReadStatus("RssAnon:");

    /// <summary>Ends it at once.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit(EndLimit);
        }
    }

    /// <summary>Asks it to end, and makes it end when it does not.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            // SIGTERM to the first one: it ends those that it has started.
            using Process? kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            kill?.WaitForExit(EndLimit);
            if (!_process.WaitForExit(EndLimit))
            {
                Kill();
            }
        }

        _process.Dispose();
    }

    private long ReadStatus(string name) => Ids.Sum(id =>
    {
        string? line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(one => one.StartsWith(name, StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    });

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

    private static IEnumerable<int> Descend(int id)
    {
        yield return id;
        foreach (string task in List($"/proc/{id}/task"))
        {
            string children;
            try
            {
                children = File.ReadAllText(Path.Combine(task, "children"));
            }
            catch (IOException)
            {
                continue;
            }

            foreach (string child in children.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                foreach (int one in Descend(int.Parse(child, CultureInfo.InvariantCulture)))
                {
                    yield return one;
                }
            }
        }
    }

    private static string[] List(string directory)
    {
        try
        {
            return Directory.GetDirectories(directory);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }
}
