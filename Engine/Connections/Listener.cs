// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Configuration.Text;
using LbEngine.Inspection;
using LbEngine.Lifecycle;

namespace LbEngine.Connections;

/// <summary>A configured entrance at run time: its settings and its live counts. Counts: any thread.</summary>
/// <remarks>
/// Settings are changed by one writer at a time while any thread reads them; each is one word, so a reader sees the old or the new
/// one. Connections that live go by the new ones as soon as they look.
/// </remarks>
internal sealed class Listener
{
    /// <summary>An idle time-out that nobody lives to see, and that every timer can hold: a hundred years.</summary>
    public const long NeverIdle = 100L * 365 * 24 * 60 * 60 * 1000;

    /// <summary>The longest that nobody looks at a connection, so that an idle time-out of a reload counts for those that are open: an hour.</summary>
    public const int LongestLook = 60 * 60 * 1000;

    private int _active;
    private long _accepted;
    private long _rejected;
    private int _held;
    private int _wanted;
    private long _nextDue;
    private int _hasToldOfDrops;

    /// <summary>Unique among the engine's listeners; used again only when no connection of its last owner lives.</summary>
    public required ushort Id { get; init; }

    public required string Name { get; set; }

    public required IPEndPoint Bind { get; init; }

    /// <summary>Every IPv4 and every IPv6 address, where this host has both: <see cref="Bind"/> is [::] then, which alone takes IPv6 only.</summary>
    public bool IsEverywhere { get; init; }

    /// <summary>The address need not be this host's when the listener is bound. Linux.</summary>
    public bool MayMissAddress { get; init; }

    public required BackendPool Pool { get; set; }

    /// <summary>The other pools to which <see cref="Inspection"/> may send a client.</summary>
    public IReadOnlyList<BackendPool> RoutePools { get; set; } = [];

    /// <summary>The most connections at once; <see cref="int.MaxValue"/> for no limit of its own.</summary>
    public int MaxConnections { get; set; } = int.MaxValue;

    /// <summary>The most connections of one client at once; 0 for no limit.</summary>
    public int MaxConnectionsPerClient { get; set; }

    /// <summary>Leading bits of an IPv4 address that make a client.</summary>
    public int ClientPrefixV4 { get; set; } = 32;

    /// <summary>Leading bits of an IPv6 address that make a client.</summary>
    public int ClientPrefixV6 { get; set; } = 64;

    /// <summary>Whose clients may come in; null for everybody's.</summary>
    public AccessList? Access { get; set; }

    /// <summary>How many clients may come in a time; null for any number.</summary>
    public RateRules? Rate { get; set; }

    /// <summary>Time without traffic until a connection ends; <see cref="NeverIdle"/> for never.</summary>
    public long IdleTimeoutMilliseconds { get; set; } = 900_000;

    public int HalfCloseTimeoutMilliseconds { get; set; } = 60_000;

    /// <summary>
    /// What reads the first bytes of each client before it is placed; null for nothing. Clients that are inspected already are judged by
    /// the present one, and placed when there is none any more.
    /// </summary>
    public IInspection? Inspection { get; set; }

    /// <summary>From the accept until a client must have sent all that <see cref="Inspection"/> needs.</summary>
    public int InspectTimeoutMilliseconds { get; set; } = 5000;

    /// <summary>The most clients that are inspected at once; 0 for a part of what the engine holds.</summary>
    public int MaxInspecting { get; set; }

    /// <summary>The clients that are inspected now.</summary>
    public InspectionCrowd Inspected { get; } = new();

    /// <summary>True: at a limit, arriving clients wait in the kernel's backlog. False: they are accepted and reset.</summary>
    public bool HoldsWhenFull { get; init; } = true;

    /// <summary>True for UDP; then <see cref="Flows"/> holds the time-outs.</summary>
    public bool IsDatagram { get; init; }

    public FlowRules Flows { get; set; } = FlowRules.Default;

    public KeepAlive KeepAlive { get; set; } = new(60, 10, 3);

    /// <summary>Where the listener really listens; differs from <see cref="Bind"/> when that has port 0, or is everywhere on a host without IPv6.
    /// Written by the transport before it accepts.</summary>
    public IPEndPoint? BoundEndPoint { get; set; }

    /// <summary>Each address where it listens, or is to listen: two for one that is everywhere.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => Address.EndPoints;

    /// <summary>The same as a configuration has it, such as <c>*:8080</c>.</summary>
    public string Place => Address.ToString();

    /// <summary>The listener was taken out of the configuration: no client is admitted any more.</summary>
    public bool IsRemoved { get; set; }

    private BindAddress Address => new(BoundEndPoint ?? Bind, IsEverywhere);

    public int ActiveCount => Volatile.Read(ref _active);

    public long AcceptedCount => Volatile.Read(ref _accepted);

    public long RejectedCount => Volatile.Read(ref _rejected);

    /// <summary>Clients that wait in the backlog because of a limit, as the transport has seen last.</summary>
    public int HeldCount => Volatile.Read(ref _held);

    /// <summary>Datagrams and bytes that were passed on; stay 0 for TCP.</summary>
    public DatagramCounters Datagrams { get; } = new();

    /// <summary>Bytes of its connections and flows.</summary>
    public TrafficRecord Traffic { get; } = new();

    /// <summary>Counts one connection more unless the limit is reached; matched by one <see cref="Release"/>.</summary>
    /// <remarks>Never passes the limit, not even for a moment: adding first and taking back would make other threads see a full listener where a
    /// place is free.</remarks>
    public bool TryAcquire()
    {
        int seen = Volatile.Read(ref _active);
        while (seen < MaxConnections)
        {
            int before = Interlocked.CompareExchange(ref _active, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    public void Release() => Interlocked.Decrement(ref _active);

    /// <summary>Counts one client more of all that come in a time. False when they are over the rate.</summary>
    public bool TryCountForRate(in RateRule rule, long nowMilliseconds)
    {
        long seen = Volatile.Read(ref _nextDue);
        while (true)
        {
            // A lost exchange was won by a thread that has counted one.
            long next = rule.Take(seen, nowMilliseconds * RateRule.TicksPerMillisecond);
            if (next == RateRule.Over)
            {
                return false;
            }

            long before = Interlocked.CompareExchange(ref _nextDue, next, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }
    }

    /// <summary>TCP: a client that was turned away for this reason is told nothing at all.</summary>
    public bool DropsSilently(RejectReason reason) => reason == RejectReason.RateLimit && Rate is { DropsSilently: true };

    /// <summary>True once, for whoever tells that silent drops are not possible here.</summary>
    public bool TryTellOfDrops() => Volatile.Read(ref _hasToldOfDrops) == 0 && Interlocked.Exchange(ref _hasToldOfDrops, 1) == 0;

    /// <summary>Counts waiting clients, or takes them off again; returns how many there are now.</summary>
    public int AddHeld(int change) => Interlocked.Add(ref _held, change);

    /// <summary>Its clients find no place: one is wanted at first, and twice as many with each further time. Returns how many more that are.</summary>
    public int WantMore(int most)
    {
        int seen = Volatile.Read(ref _wanted);
        int next = Math.Clamp(2 * seen, 1, most);
        return Interlocked.CompareExchange(ref _wanted, next, seen) == seen ? next - seen : 0;
    }

    /// <summary>Nobody waits any more. Returns how many places were wanted.</summary>
    public int WantNone() => Volatile.Read(ref _wanted) == 0 ? 0 : Interlocked.Exchange(ref _wanted, 0);

    public void CountAccepted() => Interlocked.Increment(ref _accepted);

    public void CountRejected() => Interlocked.Increment(ref _rejected);
}
