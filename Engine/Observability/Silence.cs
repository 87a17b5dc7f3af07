// SPDX-License-Identifier: MIT
namespace LbEngine.Observability;

/// <summary>Keeps a message that could come with every client from coming again too soon. Any thread; one of several gets to speak.</summary>
internal sealed class Silence
{
    private long _until = long.MinValue;

    public bool IsOver(long nowMilliseconds) => nowMilliseconds >= Volatile.Read(ref _until);

    /// <summary>True for the one who may speak now; from then on it is silent again for that long.</summary>
    public bool TryBreak(long nowMilliseconds, long milliseconds)
    {
        long until = Volatile.Read(ref _until);
        return nowMilliseconds >= until && Interlocked.CompareExchange(ref _until, nowMilliseconds + milliseconds, until) == until;
    }
}
