// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using LbEngine.Observability;

namespace LbEngine.Control.Model;

/// <summary>What the engine is doing, and whose turn it is to change something. Any thread reads; only whoever has the turn writes.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing; disposed, it would fail whoever still waits.")]
internal sealed class EngineState
{
    private readonly OneAtATime _turns = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenSource _handedOver = new();
    private volatile LoadBalancerState _current;

    public EngineState(TimeProvider timeProvider) => Times = new EngineTimes(timeProvider);

    /// <summary>Since when it does.</summary>
    public EngineTimes Times { get; }

    public LoadBalancerState Current
    {
        get => _current;
        set => _current = value;
    }

    public bool IsRunning => _current == LoadBalancerState.Running;

    /// <summary>Ends what waits for the moment at which a successor serves on the same listening sockets.</summary>
    public CancellationToken HandedOver => _handedOver.Token;

    /// <summary>Ends what only makes sense while clients are taken.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>Ends every wait of an engine that is disposed.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Waits for its turn to change something; the next one's comes when the returned value is disposed.</summary>
    public Task<IDisposable> EnterAsync(CancellationToken cancellationToken = default) => _turns.EnterAsync(cancellationToken);

    /// <summary>A successor serves on the same listening sockets.</summary>
    public void NoteHandedOver() => _handedOver.Cancel();

    /// <summary>No more clients are taken from here on.</summary>
    public Task CloseAsync() => _closing.CancelAsync();

    /// <summary>Ends what waits; the state itself follows when everything is closed.</summary>
    public Task StopAsync() => _stopping.CancelAsync();
}
