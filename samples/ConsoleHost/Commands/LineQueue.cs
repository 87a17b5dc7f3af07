// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;

namespace LbEngine.ConsoleHost.Commands;

/// <summary>Writes lines on a thread of its own, which alone waits for the reader. When that one does not read, lines are lost. Any thread.</summary>
internal sealed class LineQueue : IDisposable
{
    private const int MostLines = 10_000;

    /// <summary>How long the end waits for what is left: longer than a terminal takes, and too short for anybody to notice.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly BlockingCollection<(TextWriter Writer, string Line)> _lines = new(MostLines);
    private readonly Action<TextWriter, string> _write;
    private readonly Action _ended;
    private readonly Thread _thread;

    /// <param name="write">Writes one line; must not throw.</param>
    /// <param name="ended">Called when no more lines are taken.</param>
    public LineQueue(Action<TextWriter, string> write, Action ended)
    {
        _write = write;
        _ended = ended;
        _thread = new Thread(Run) { IsBackground = true, Name = "lb output" };
        _thread.Start();
    }

    public void Add(TextWriter writer, string line)
    {
        try
        {
            _ = _lines.TryAdd((writer, line));
        }
        catch (InvalidOperationException)
        {
            // The process ends.
        }
    }

    /// <summary>Waits a moment for the rest. The thread may be left behind in a write that nobody reads: it does not hold up the end of the process.</summary>
    public void Dispose()
    {
        _lines.CompleteAdding();
        _ = _thread.Join(Patience);
        _ended();
    }

    private void Run()
    {
        foreach ((TextWriter writer, string line) in _lines.GetConsumingEnumerable())
        {
            _write(writer, line);
        }
    }
}
