// SPDX-License-Identifier: MIT
using LbEngine.Timing;

namespace LbEngine.Control.Model;

/// <summary>Since when an engine runs, and goes by its configuration. Any thread reads; only whoever has the turn writes.</summary>
internal sealed class EngineTimes
{
    private const long NotYet = -1;

    private readonly TimeProvider _timeProvider;
    private long _started = NotYet;
    private long _configured;

    public EngineTimes(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        Configured();
    }

    /// <summary>Since the start; zero before.</summary>
    public TimeSpan Uptime => Volatile.Read(ref _started) is var started and not NotYet ? Since(started) : TimeSpan.Zero;

    /// <summary>Since a configuration was taken last, be it the same again.</summary>
    public TimeSpan ConfigurationAge => Since(Volatile.Read(ref _configured));

    private long Now => CoarseClock.ReadMilliseconds(_timeProvider);

    public void Started() => Volatile.Write(ref _started, Now);

    public void Configured() => Volatile.Write(ref _configured, Now);

    private TimeSpan Since(long then) => TimeSpan.FromMilliseconds(Math.Max(0, Now - then));
}
