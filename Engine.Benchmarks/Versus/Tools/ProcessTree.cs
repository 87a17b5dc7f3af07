// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Globalization;

namespace LbEngine.Benchmarks.Versus.Tools;

/// <summary>A program and the processes that it has started, on chosen cores; ended by their ids.</summary>
internal sealed class ProcessTree : IDisposable
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly Task<string> _errors;

    // Threads that have ended stay in it: without them the sum would fall, and the time between two looks with it.
    private readonly Dictionary<string, long> _threadNanoseconds = [];

    private ProcessTree(Process process)
    {
        _process = process;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        _errors = process.StandardError.ReadToEndAsync();
    }

    public bool HasExited => _process.HasExited;

    public IReadOnlyList<int> Ids => [.. Descend(_process.Id)];

    /// <param name="cores">As taskset takes them: <c>0</c>, <c>0-3</c>.</param>
    /// <param name="program">What to run.</param>
    /// <param name="arguments">Its command line.</param>
    public static ProcessTree Start(string cores, string program, IEnumerable<string> arguments)
    {
        // taskset becomes the program: the process has one id from the start.
        var info = new ProcessStartInfo("taskset", ["-c", cores, program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        return new ProcessTree(Process.Start(info) ?? throw new InvalidOperationException("taskset could not be started; it is in the package util-linux."));
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
    public long ReadResidentBytes() => Ids.Sum(static id =>
    {
        string? line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(one => one.StartsWith("VmRSS:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    });

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
                _process.Kill(entireProcessTree: true);
                _process.WaitForExit(EndLimit);
            }
        }

        _process.Dispose();
    }

    /// <summary>What it complained of; once it has ended.</summary>
    public string ReadErrors() => _errors.Wait(EndLimit) ? _errors.Result.Trim() : "";

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
