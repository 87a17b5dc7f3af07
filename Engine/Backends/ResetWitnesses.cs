// SPDX-License-Identifier: MIT
namespace LbEngine.Backends;

/// <summary>Clients that a backend has reset after they had sent something, as far as they have to be told apart: up to three. Any thread; lock-free.</summary>
/// <remarks>
/// One client that sends what a backend does not take is reset by every backend that it meets, and must not turn them off for others. So each client
/// counts once, until three have met it: then it is the backend's doing, and everything counts. A lost race counts one reset too many or too few.
/// </remarks>
internal sealed class ResetWitnesses
{
    private long _first;
    private long _second;
    private long _third;

    /// <summary>True when the reset of a client counts: it is the first of its kind, or several have met one.</summary>
    /// <param name="client">A hash of the client's address; 0 stands for nobody.</param>
    public bool TryCount(ulong client)
    {
        long value = (long)Math.Max(client, 1);
        return TryTake(ref _first, value, out bool isKnown)
            || (!isKnown && TryTake(ref _second, value, out isKnown))
            || (!isKnown && TryTake(ref _third, value, out isKnown))
            || Volatile.Read(ref _third) != 0;
    }

    /// <summary>Forgets them all.</summary>
    public void Clear()
    {
        Volatile.Write(ref _third, 0);
        Volatile.Write(ref _second, 0);
        Volatile.Write(ref _first, 0);
    }

    private static bool TryTake(ref long place, long value, out bool isKnown)
    {
        long before = Interlocked.CompareExchange(ref place, value, 0);
        isKnown = before == value;
        return before == 0;
    }
}
