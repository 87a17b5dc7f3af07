// SPDX-License-Identifier: MIT
namespace LbEngine.Connections;

/// <summary>How many clients of one listener are inspected now, and who of all of them has to go when one more comes. Any thread; lock-free.</summary>
/// <remarks>
/// <para>
/// A client that is to make room may be held by another thread than the one that lets the next in, which does not wait for it. So there are two counts
/// in one word: those that are inspected, and those of them that were asked to go. Those that stay are never more than the limit (by one for each
/// thread that is just letting one in, until the next one comes), and those that go never more than <see cref="MostLeaving"/>: that is how far the
/// limit can be passed, and no further, while a holder is behind. What one thread brings and ends itself never passes it.
/// </para>
/// <para>
/// An ask names no client but a holder, whose oldest goes when it comes to that: one that was placed meanwhile is not cut off. Where it has none left,
/// the ask goes on to another holder; where enough have gone of themselves, nobody has to.
/// </para>
/// </remarks>
internal sealed class InspectionCrowd
{
    /// <summary>The most clients that were asked to go and have not gone yet.</summary>
    public const int MostLeaving = 256;

    /// <summary>The most clients that go for one: after a reload has lowered the limit there may be many too many.</summary>
    public const int MostForOne = 64;

    private const int CountShift = 32;
    private const long OneClient = 1L << CountShift;

    // Those that are inspected in the high half, those that were asked to go in the low half.
    private long _state;
    private int _most = int.MaxValue;
    private InspectedClients?[] _holders = [];

    /// <summary>How many are inspected, those included that were asked to go.</summary>
    public int Count => (int)(Volatile.Read(ref _state) >> CountShift);

    /// <summary>How many were asked to go and have not yet.</summary>
    public int Leaving => (int)Volatile.Read(ref _state);

    /// <summary>More are inspected than may be. False when enough have gone of themselves since others were asked to.</summary>
    public bool IsOver => Count > Volatile.Read(ref _most);

    /// <summary>Counts one client more; matched by one that leaves. False when that many have to go already that nobody more can be let in.</summary>
    /// <param name="most">The limit, at least 1.</param>
    /// <param name="tooMany">How many of those that were there have to go for it: pass it to <see cref="Ask"/>.</param>
    public bool TryEnter(int most, out int tooMany)
    {
        // Changes with a reload alone; written with each client, it would cost all other threads a cache miss.
        if (Volatile.Read(ref _most) != most)
        {
            Volatile.Write(ref _most, most);
        }

        long seen = Volatile.Read(ref _state);
        while (true)
        {
            int leaving = (int)seen;
            int staying = (int)(seen >> CountShift) - leaving;
            tooMany = staying < most ? 0 : Math.Min(Math.Min(staying - most + 1, MostForOne), MostLeaving - leaving);
            if (staying >= most && tooMany == 0)
            {
                return false;
            }

            long before = Interlocked.CompareExchange(ref _state, seen + OneClient + tooMany, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }
    }

    /// <summary>One has gone of itself.</summary>
    public void Leave() => Interlocked.Add(ref _state, -OneClient);

    /// <summary>One has gone that was asked to.</summary>
    public void LeaveAsked() => Interlocked.Add(ref _state, -OneClient - 1);

    /// <summary>Asks so many to go as <see cref="TryEnter"/> has said: of the holder of the oldest, and of others where that has not as many.</summary>
    /// <param name="clients">How many.</param>
    /// <param name="asker">The holder on whose thread this is called: its own have gone when this returns.</param>
    public void Ask(int clients, IInspectionHolder asker)
    {
        while (clients > 0)
        {
            InspectedClients? oldest = IsOver ? FindOldest() : null;
            if (oldest is null)
            {
                // Enough have gone of themselves meanwhile, or all.
                Interlocked.Add(ref _state, -clients);
                return;
            }

            int some = Math.Clamp(oldest.Left, 1, clients);
            clients -= some;
            oldest.Ask(some, ReferenceEquals(oldest.Holder, asker));
        }
    }

    /// <summary>The clients that a holder inspects.</summary>
    /// <param name="owner">The holder's number.</param>
    /// <param name="holder">The holder, always the same for a number.</param>
    public InspectedClients Of(ushort owner, IInspectionHolder holder)
    {
        InspectedClients?[] holders = Volatile.Read(ref _holders);
        return owner < holders.Length && holders[owner] is InspectedClients clients ? clients : Add(owner, holder);
    }

    private InspectedClients Add(ushort owner, IInspectionHolder holder)
    {
        var created = new InspectedClients(this, holder);
        while (true)
        {
            InspectedClients?[] seen = Volatile.Read(ref _holders);
            if (owner < seen.Length && seen[owner] is InspectedClients other)
            {
                return other;
            }

            var next = new InspectedClients?[Math.Max(seen.Length, owner + 1)];
            seen.CopyTo(next, 0);
            next[owner] = created;
            if (Interlocked.CompareExchange(ref _holders, next, seen) == seen)
            {
                return created;
            }
        }
    }

    private InspectedClients? FindOldest()
    {
        InspectedClients? oldest = null;
        long since = long.MaxValue;
        foreach (InspectedClients? clients in Volatile.Read(ref _holders))
        {
            if (clients is { Left: > 0 } && (oldest is null || clients.Since < since))
            {
                oldest = clients;
                since = clients.Since;
            }
        }

        return oldest;
    }
}
