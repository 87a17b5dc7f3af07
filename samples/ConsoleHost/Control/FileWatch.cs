// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Control;

/// <summary>Looks twice a second whether a file is another one, and tells when it has come to rest, or does not rest for too long.</summary>
/// <remarks>
/// Reading a small file costs a few system calls and sees what notifications of the kernel do not tell or lose: files that are replaced by renaming,
/// links that are turned to another directory (as Kubernetes does), network file systems. It needs no watch descriptors, which run out.
/// </remarks>
internal sealed class FileWatch : IAsyncDisposable
{
    /// <summary>Time between two looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Looks until a file is told of that never rests: 5 s.</summary>
    private const int MostRestlessLooks = 10;

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
        int restless = 0;
        while (await _timer.WaitForNextTickAsync())
        {
            FileStamp now = FileStamp.Read(_path, seen);

            // A file that is still being written, or is away for a moment, is not read. One that some program writes all the time is, now and then.
            if (now.Equals(known))
            {
                restless = 0;
            }
            else if (!now.Equals(FileStamp.Missing) && (now.Equals(seen) || ++restless >= MostRestlessLooks))
            {
                known = now;
                restless = 0;
                _changed();
            }

            seen = now;
            Interlocked.Increment(ref _looks);
        }
    }
}
