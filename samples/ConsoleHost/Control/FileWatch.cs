// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Control;

/// <summary>Looks twice a second whether a file is another one, and tells when it has come to rest.</summary>
/// <remarks>
/// Asking costs a few system calls and sees what notifications of the kernel do not tell or lose: files that are replaced by renaming, links
/// that are turned to another directory (as Kubernetes does), network file systems. It needs no watch descriptors, which run out.
/// </remarks>
internal sealed class FileWatch : IAsyncDisposable
{
    /// <summary>Time between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly string _path;
    private readonly Action _changed;
    private readonly PeriodicTimer _timer;
    private readonly Task _watching;
    private int _looks;

    /// <param name="path">The file.</param>
    /// <param name="known">What it was when it was last read: an edit since then counts already.</param>
    /// <param name="changed">Called once for each change; must not throw.</param>
    /// <param name="timeProvider">Measures the interval.</param>
    public FileWatch(string path, FileStamp known, Action changed, TimeProvider timeProvider)
    {
        _path = path;
        _changed = changed;
        _timer = new PeriodicTimer(Interval, timeProvider);
        _watching = WatchAsync(known);
    }

    /// <summary>How often it has looked so far.</summary>
    public int Looks => Volatile.Read(ref _looks);

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _watching;
    }

    private async Task WatchAsync(FileStamp known)
    {
        FileStamp seen = known;
        while (await _timer.WaitForNextTickAsync())
        {
            FileStamp now = FileStamp.Read(_path);

            // A file that is still being written, or is away for a moment, is not read.
            if (now != known && now == seen && now != FileStamp.Missing)
            {
                known = now;
                _changed();
            }

            seen = now;
            Interlocked.Increment(ref _looks);
        }
    }
}
