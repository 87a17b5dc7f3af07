// SPDX-License-Identifier: MIT
namespace LbEngine.Observability.Events;

/// <summary>The events of an engine, from the moment at which somebody begins to enumerate.</summary>
internal sealed class EventStream : IAsyncEnumerable<LoadBalancerEvent>
{
    private readonly EventHub _hub;
    private readonly LoadBalancerEventKinds _kinds;
    private readonly int _capacity;
    private readonly CancellationToken _cancellationToken;

    public EventStream(EventHub hub, LoadBalancerEventKinds kinds, int capacity, CancellationToken cancellationToken)
    {
        _hub = hub;
        _kinds = kinds;
        _capacity = capacity;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Listens from this call on.</summary>
    public IAsyncEnumerator<LoadBalancerEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        new EventReader(_hub, _kinds, _capacity, cancellationToken.CanBeCanceled ? cancellationToken : _cancellationToken);
}
