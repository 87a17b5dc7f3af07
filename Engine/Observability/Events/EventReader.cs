// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;

namespace LbEngine.Observability.Events;

/// <summary>
/// One who listens, with a bounded queue: what does not fit is counted, and told when there is room again. Writers are any threads, and never wait; one
/// reader at a time.
/// </summary>
internal sealed class EventReader : IAsyncEnumerator<LoadBalancerEvent>
{
    private readonly EventHub _hub;
    private readonly int _capacity;
    private readonly CancellationToken _cancellationToken;
    private readonly ConcurrentQueue<LoadBalancerEvent> _queue = new();
    private int _reserved; // places that are taken, or about to be
    private long _lost;
    private volatile bool _isCompleted;
    private TaskCompletionSource? _sleeper; // of a reader that found nothing

    /// <summary>Listens from now on.</summary>
    public EventReader(EventHub hub, LoadBalancerEventKinds kinds, int capacity, CancellationToken cancellationToken)
    {
        _hub = hub;
        Kinds = kinds;
        _capacity = capacity;
        _cancellationToken = cancellationToken;
        hub.Add(this);
    }

    public LoadBalancerEventKinds Kinds { get; }

    public LoadBalancerEvent Current { get; private set; } = null!;

    /// <summary>Takes a place in the queue, for one <see cref="Put"/>. False when there is none: then the event is counted as lost.</summary>
    public bool TryReserve()
    {
        if (Interlocked.Increment(ref _reserved) <= _capacity)
        {
            return true;
        }

        Interlocked.Decrement(ref _reserved);
        Interlocked.Increment(ref _lost);
        return false;
    }

    public void Put(LoadBalancerEvent told)
    {
        _queue.Enqueue(told);
        Wake();
    }

    /// <summary>Nothing comes any more.</summary>
    public void Complete()
    {
        _isCompleted = true;
        Wake();
    }

    public async ValueTask<bool> MoveNextAsync()
    {
        while (true)
        {
            _cancellationToken.ThrowIfCancellationRequested();

            // In this order: what was put before the end is read before the end.
            bool isCompleted = _isCompleted;
            if (_queue.TryDequeue(out LoadBalancerEvent? told))
            {
                Interlocked.Decrement(ref _reserved);
                Current = told;
                return true;
            }

            // They were lost while the queue was full, and so behind everything that was in it.
            long lost = Interlocked.Exchange(ref _lost, 0);
            if (lost > 0)
            {
                Current = new EventsLost(lost);
                return true;
            }

            if (isCompleted)
            {
                return false;
            }

            // Whoever writes after this exchange wakes the sleeper; what was written before it is seen here.
            var sleeper = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Interlocked.Exchange(ref _sleeper, sleeper);
            if (_queue.IsEmpty && !_isCompleted)
            {
                await sleeper.Task.WaitAsync(_cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _hub.Remove(this);
        return ValueTask.CompletedTask;
    }

    // The exchange is a full fence: the write before it is not overtaken by the look at the sleeper.
    private void Wake() => Interlocked.Exchange(ref _sleeper, null)?.TrySetResult();
}
