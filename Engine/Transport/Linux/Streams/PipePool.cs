// SPDX-License-Identifier: MIT
using LbEngine.Timing;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Streams;

/// <summary>Empty kernel pipes for splice(2). Reactor thread only.</summary>
/// <remarks>
/// Pipe memory is limited per user (fs.pipe-user-pages-soft, 64 MiB by default): above it new pipes get a page or two, with
/// which splicing costs more than copying. So pipes are capped, and when a poor one is granted the pool pauses and the relay copies.
/// </remarks>
internal sealed class PipePool
{
    private const int WantedCapacity = 1024 * 1024;
    private const int PoorCapacity = 128 * 1024;
    private const long PauseMilliseconds = 1000;

    private readonly Stack<SplicePipe> _free = new();
    private readonly CoarseClock _clock;
    private readonly int _maxPipes;
    private readonly int _ceiling;
    private long _pausedUntil = long.MinValue;

    /// <param name="clock">The reactor's.</param>
    /// <param name="maxPipes">Pipes at once.</param>
    /// <param name="ceiling">A pipe with a descriptor of this number or above is not kept: see <see cref="DescriptorPlan.Ceiling"/>.</param>
    public PipePool(CoarseClock clock, int maxPipes, int ceiling = int.MaxValue)
    {
        _clock = clock;
        _maxPipes = maxPipes;
        _ceiling = ceiling;
    }

    /// <summary>Pipes that are out.</summary>
    public int Rented { get; private set; }

    /// <summary>How often a direction had to copy because no good pipe was to be had.</summary>
    public long Shortages { get; private set; }

    /// <summary>An empty pipe, or null: then copy.</summary>
    public SplicePipe? TryRent()
    {
        if (_free.TryPop(out SplicePipe? pipe))
        {
            Rented++;
            return pipe;
        }

        if (Rented < _maxPipes && _clock.Milliseconds >= _pausedUntil)
        {
            pipe = SplicePipe.TryOpen(WantedCapacity);
            if (pipe is not null && pipe.Capacity >= PoorCapacity && pipe.HighestDescriptor < _ceiling)
            {
                Rented++;
                return pipe;
            }

            pipe?.Close();
            _pausedUntil = _clock.Milliseconds + PauseMilliseconds;
        }

        Shortages++;
        return null;
    }

    /// <summary>Takes a pipe back; one that still holds bytes (its connection has ended) is closed.</summary>
    public void Return(SplicePipe pipe)
    {
        Rented--;
        if (pipe.Buffered == 0)
        {
            _free.Push(pipe);
        }
        else
        {
            pipe.Close();
        }
    }

    public void Close()
    {
        while (_free.TryPop(out SplicePipe? pipe))
        {
            pipe.Close();
        }
    }
}
