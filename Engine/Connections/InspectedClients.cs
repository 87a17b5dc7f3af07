// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;

namespace LbEngine.Connections;

/// <summary>The clients of one listener that one holder inspects, in the order in which they came: a list through the connections themselves.</summary>
/// <remarks>
/// The holder's thread only, except where a member says otherwise. A holder of several threads has a lock here, of a few writes under it: the portable
/// transport takes others at the begin and the end of each connection anyway. Who is taken off the list, by itself or by others, is so exactly once:
/// that decides a race between a client that is placed and one that is to make room.
/// </remarks>
internal sealed class InspectedClients
{
    private readonly InspectionCrowd _crowd;
    private readonly Lock? _lock;
    private Connection? _first;
    private Connection? _last;
    private int _count;
    private int _asked;
    private long _since = long.MaxValue;

    public InspectedClients(InspectionCrowd crowd, IInspectionHolder holder)
    {
        _crowd = crowd;
        _lock = holder.IsOneThread ? null : new Lock();
        Holder = holder;
    }

    public IInspectionHolder Holder { get; }

    /// <summary>When the first of them came, in clock milliseconds; <see cref="long.MaxValue"/> when there is none. Any thread.</summary>
    public long Since => Volatile.Read(ref _since);

    /// <summary>How many nobody has asked to go. Any thread; exact when nothing changes.</summary>
    public int Left => Math.Max(0, Volatile.Read(ref _count) - Volatile.Read(ref _asked));

    /// <summary>Takes a client in that the crowd has counted, as the latest.</summary>
    public void Add(Connection client)
    {
        Enter();
        client.InspectedAmong = this;
        client.Standing = InspectionStanding.Inspected;
        client.InspectedBefore = _last;
        client.InspectedAfter = null;
        if (_last is Connection last)
        {
            last.InspectedAfter = client;
        }
        else
        {
            _first = client;
            Volatile.Write(ref _since, client.AcceptedMilliseconds);
        }

        _last = client;
        Volatile.Write(ref _count, _count + 1);
        Exit();
    }

    /// <summary>A client is inspected no more, which is no news for one that has left. False when it was crowded out before.</summary>
    public bool TryLeave(Connection client)
    {
        Enter();
        bool isInspected = client.Standing == InspectionStanding.Inspected;
        if (isInspected)
        {
            TakeOff(client, InspectionStanding.Left);
        }

        bool isCrowdedOut = client.Standing == InspectionStanding.CrowdedOut;
        Exit();
        if (isInspected)
        {
            _crowd.Leave();
        }

        return !isCrowdedOut;
    }

    /// <summary>Asks the holder to end so many, the oldest first. Any thread.</summary>
    public void Ask(int clients, bool isHolder)
    {
        // Who adds to what another has asked for need not call: the holder comes for all of it.
        if (Interlocked.Add(ref _asked, clients) == clients || isHolder)
        {
            Holder.MakeRoom(this, isHolder);
        }
    }

    /// <summary>
    /// The oldest client, while any was asked for and has to go: it is counted no more, and the caller ends it at once. When all have gone of themselves,
    /// others are asked instead.
    /// </summary>
    /// <param name="client">Of several threads that may end it, the one that gets it here must still see that it is <paramref name="handle"/>'s.</param>
    /// <param name="handle">Its row's.</param>
    public bool TryTakeAsked([NotNullWhen(true)] out Connection? client, out ConnectionHandle handle)
    {
        client = null;
        handle = default;
        int unmet = 0;
        Enter();
        if (Volatile.Read(ref _asked) > 0 && _first is Connection oldest && _crowd.IsOver)
        {
            TakeOff(oldest, InspectionStanding.CrowdedOut);
            Interlocked.Decrement(ref _asked);
            client = oldest;
            handle = oldest.Handle;
        }
        else
        {
            unmet = Interlocked.Exchange(ref _asked, 0);
        }

        Exit();
        if (client is not null)
        {
            _crowd.LeaveAsked();
        }
        else if (unmet > 0)
        {
            _crowd.Ask(unmet, Holder);
        }

        return client is not null;
    }

    private void TakeOff(Connection client, InspectionStanding standing)
    {
        client.Standing = standing;
        Connection? before = client.InspectedBefore;
        Connection? after = client.InspectedAfter;
        client.InspectedBefore = null;
        client.InspectedAfter = null;
        if (before is not null)
        {
            before.InspectedAfter = after;
        }
        else
        {
            _first = after;
            Volatile.Write(ref _since, after?.AcceptedMilliseconds ?? long.MaxValue);
        }

        if (after is not null)
        {
            after.InspectedBefore = before;
        }
        else
        {
            _last = before;
        }

        Volatile.Write(ref _count, _count - 1);
    }

    private void Enter() => _lock?.Enter();

    private void Exit() => _lock?.Exit();
}
