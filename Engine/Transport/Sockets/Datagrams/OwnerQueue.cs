// SPDX-License-Identifier: MIT
using LbEngine.Observability;
using Microsoft.Extensions.Logging;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>Runs the work of one listener one after the other, on whichever thread brings it: the listener's flows have one owner and need no lock.</summary>
/// <remarks>
/// Posting pushes on a stack (R. K. Treiber, IBM RJ 5118, 1986), of which the owner takes everything at once, so that a reused
/// link cannot be mistaken for another. Whoever posts to an idle queue becomes the owner there and then: a datagram costs no
/// second hop to another thread, and nothing is allocated.
/// </remarks>
internal sealed class OwnerQueue : IThreadPoolWorkItem
{
    /// <summary>Pieces of work in a row until the thread is offered to others.</summary>
    private const int MaxTurn = 64;

    private readonly ILogger _logger;
    private IOwnedWork? _posted;
    private IOwnedWork? _taken;
    private int _isOwned;

    public OwnerQueue(ILogger logger) => _logger = logger;

    /// <summary>Adds the work, and does it here and now when nobody is at it. Any thread of the pool.</summary>
    public void Post(IOwnedWork work)
    {
        Push(work);
        if (TryOwn())
        {
            RunTurn();
        }
    }

    /// <summary>Adds the work, to be done on the thread pool: the caller's time and context stay out of it. Any thread.</summary>
    public void PostAside(IOwnedWork work)
    {
        Push(work);
        if (TryOwn())
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    void IThreadPoolWorkItem.Execute() => RunTurn();

    private bool TryOwn() => Interlocked.CompareExchange(ref _isOwned, 1, 0) == 0;

    private void Push(IOwnedWork work)
    {
        IOwnedWork? top = Volatile.Read(ref _posted);
        while (true)
        {
            work.NextWork = top;
            IOwnedWork? seen = Interlocked.CompareExchange(ref _posted, work, top);
            if (ReferenceEquals(seen, top))
            {
                return;
            }

            top = seen;
        }
    }

    private void RunTurn()
    {
        for (int done = 0; done < MaxTurn; done++)
        {
            IOwnedWork? work = Take();
            if (work is not null)
            {
                RunContained(work);
                continue;
            }

            // A full fence: what was pushed before somebody failed to become the owner is seen by the look after it.
            Interlocked.Exchange(ref _isOwned, 0);
            if (Volatile.Read(ref _posted) is null || !TryOwn())
            {
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>The oldest work. Owner only.</summary>
    private IOwnedWork? Take()
    {
        if (_taken is null)
        {
            IOwnedWork? newest = Interlocked.Exchange(ref _posted, null);
            while (newest is not null)
            {
                IOwnedWork? older = newest.NextWork;
                newest.NextWork = _taken;
                _taken = newest;
                newest = older;
            }
        }

        IOwnedWork? work = _taken;
        if (work is not null)
        {
            _taken = work.NextWork;
            work.NextWork = null;
        }

        return work;
    }

    private void RunContained(IOwnedWork work)
    {
        try
        {
            work.Run();
        }
        catch (Exception exception)
        {
            EngineLog.TransportUnexpected(_logger, exception, SocketsTransport.TransportName);
            work.OnFailed();
        }
    }
}
