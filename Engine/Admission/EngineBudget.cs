// SPDX-License-Identifier: MIT
namespace LbEngine.Admission;

/// <summary>
/// How many more connections and flows the engine can hold: rows of the table, and descriptors, of which TCP takes two and UDP one, and listening
/// sockets theirs. Any thread; lock-free.
/// </summary>
internal sealed class EngineBudget
{
    /// <summary>What one TCP connection takes.</summary>
    public const int TcpDescriptors = 2;

    /// <summary>What one UDP flow takes.</summary>
    public const int UdpDescriptors = 1;

    private const int RowShift = 32;
    private const long OneRow = 1L << RowShift;

    private readonly int _rows;
    private volatile int _descriptors;
    private int _reserved;

    // Rows in the high half, descriptors in the low half: one exchange takes both.
    private long _taken;
    private TaskCompletionSource? _idle;

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

    /// <summary>Takes one row and some descriptors; matched by one <see cref="Give"/>. False when there is no room, and nothing is taken.</summary>
    /// <remarks>
    /// Never passes a limit, not even for a moment: adding first and taking back would make other threads see a full engine
    /// where a place is free, and wait for a place that nobody gives. A lost exchange means that another thread took or gave.
    /// </remarks>
    public bool TryTake(int descriptors)
    {
        long seen = Volatile.Read(ref _taken);
        while ((int)(seen >> RowShift) < _rows && (int)seen <= _descriptors - descriptors)
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
}
