// SPDX-License-Identifier: MIT
namespace LbEngine.Admission;

/// <summary>
/// How many more connections and flows the engine can hold: rows of the table, and descriptors, of which TCP takes two and UDP one, and listening
/// sockets theirs. Any thread; lock-free.
/// </summary>
/// <remarks>
/// Where there are several listeners each of them has a share that is left to it, so that one that is flooded cannot starve another: who has more than
/// its share stops before the last of these places. While TCP clients wait, flows beyond their share leave them what becomes free.
/// </remarks>
internal sealed class EngineBudget
{
    /// <summary>What one TCP connection takes.</summary>
    public const int TcpDescriptors = 2;

    /// <summary>What one UDP flow takes.</summary>
    public const int UdpDescriptors = 1;

    /// <summary>One part in so many of all places is set aside for shares.</summary>
    public const int PartForShares = 16;

    private const int RowShift = 32;
    private const long OneRow = 1L << RowShift;

    private readonly int _rows;
    private volatile int _descriptors;
    private int _reserved;

    // Rows in the high half, descriptors in the low half: one exchange takes both.
    private long _taken;
    private TaskCompletionSource? _idle;
    private volatile int _share;
    private volatile int _aside;
    private int _wanted;

    public EngineBudget(int rows, int descriptors)
    {
        _rows = rows;
        _descriptors = descriptors;
    }

    /// <summary>Rows taken now. Never more than there are.</summary>
    public int Count => (int)(Volatile.Read(ref _taken) >> RowShift);

    /// <summary>Descriptors that are to be shared out, those that are taken included. Written by whoever has the engine's turn.</summary>
    public int Descriptors
    {
        get => _descriptors;
        set => _descriptors = value;
    }

    /// <summary>What is left of them to connections and flows when none lives.</summary>
    public int DescriptorsForTraffic => _descriptors - Volatile.Read(ref _reserved);

    /// <summary>Takes descriptors for what is no connection: listening sockets. Matched by one <see cref="Unreserve"/>. False when they are not free.</summary>
    public bool TryReserve(int descriptors)
    {
        long seen = Volatile.Read(ref _taken);
        while ((int)seen <= _descriptors - descriptors)
        {
            long before = Interlocked.CompareExchange(ref _taken, seen + descriptors, seen);
            if (before == seen)
            {
                Interlocked.Add(ref _reserved, descriptors);
                return true;
            }

            seen = before;
        }

        return false;
    }

    /// <summary>Gives back what one <see cref="TryReserve"/> took.</summary>
    public void Unreserve(int descriptors)
    {
        Interlocked.Add(ref _reserved, -descriptors);
        Interlocked.Add(ref _taken, -descriptors);
    }

    /// <summary>Connections and flows that each listener can always have; 0 when nothing is set aside: one listener, or too few places.</summary>
    public int Share => _share;

    /// <summary>Sets a part aside for the shares of so many listeners. One caller at a time.</summary>
    public void Divide(int listeners)
    {
        int share = listeners > 1 ? _rows / PartForShares / listeners : 0;
        _share = share;
        _aside = share * listeners;
    }

    /// <summary>Takes one row and some descriptors; matched by one <see cref="Give"/>. False when there is no room, and nothing is taken.</summary>
    /// <param name="descriptors"><see cref="TcpDescriptors"/> or <see cref="UdpDescriptors"/>.</param>
    /// <param name="held">What the listener has already.</param>
    /// <remarks>
    /// Never passes a limit, not even for a moment: adding first and taking back would make other threads see a full engine
    /// where a place is free, and wait for a place that nobody gives. A lost exchange means that another thread took or gave.
    /// </remarks>
    public bool TryTake(int descriptors, int held = 0)
    {
        int left = LeftFor(held) + (descriptors == UdpDescriptors && held >= _share ? Volatile.Read(ref _wanted) : 0);
        int rows = _rows - left;
        long most = _descriptors - descriptors - ((long)left * TcpDescriptors);
        long seen = Volatile.Read(ref _taken);
        while ((int)(seen >> RowShift) < rows && (int)seen <= most)
        {
            long before = Interlocked.CompareExchange(ref _taken, seen + OneRow + descriptors, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    /// <summary>Gives back what one <see cref="TryTake"/> took.</summary>
    public void Give(int descriptors)
    {
        if (Interlocked.Add(ref _taken, -OneRow - descriptors) >> RowShift == 0)
        {
            Volatile.Read(ref _idle)?.TrySetResult();
        }
    }

    /// <summary>TCP clients wait for so many more places, or fewer when negative: flows leave these alone.</summary>
    public void Want(int places) => Interlocked.Add(ref _wanted, places);

    /// <summary>Flows that have to end until there is a place for each TCP client that waits.</summary>
    /// <param name="held">What the listener of those clients has already.</param>
    public int CountMissing(int held)
    {
        long seen = Volatile.Read(ref _taken);
        long places = (long)Volatile.Read(ref _wanted) + LeftFor(held);
        long rows = places - (_rows - (seen >> RowShift));
        long descriptors = (places * TcpDescriptors) - (_descriptors - (int)seen);
        return (int)Math.Clamp(Math.Max(rows, descriptors), 0, _rows);
    }

    /// <summary>Completes when no row is taken. Call it after accepting has stopped; every call waits for the same moment.</summary>
    public Task WhenIdleAsync()
    {
        var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource idle = Interlocked.CompareExchange(ref _idle, created, null) ?? created;
        if (Count == 0)
        {
            idle.TrySetResult();
        }

        return idle.Task;
    }

    private int LeftFor(int held) => held < _share ? 0 : _aside;
}
