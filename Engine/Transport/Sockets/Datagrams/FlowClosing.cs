// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>Ends the flows of a listener that live when it first runs, evenly over a time. Owner only.</summary>
/// <remarks>Flows that begin meanwhile are not its own: that none does is the forwarder's part.</remarks>
internal sealed class FlowClosing : IOwnedWork
{
    private readonly LiveFlows _flows;
    private readonly CloseReason _reason;
    private readonly long _start;
    private readonly long _spread;
    private readonly CloseScope _scope;
    private readonly Action<FlowClosing> _begun;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (SocketFlow Flow, int Life)[]? _ending;
    private int _next;

    /// <param name="flows">The listener's flows.</param>
    /// <param name="scope">Which of them are meant.</param>
    /// <param name="reason">Why they end.</param>
    /// <param name="start">The time now.</param>
    /// <param name="spreadMilliseconds">How long it takes until the last has ended.</param>
    /// <param name="begun">Called once by the owner; from then on it calls <see cref="CloseDue"/> from time to time.</param>
    public FlowClosing(LiveFlows flows, CloseScope scope, CloseReason reason, long start, long spreadMilliseconds, Action<FlowClosing> begun)
    {
        _flows = flows;
        _scope = scope;
        _reason = reason;
        _start = start;
        _spread = spreadMilliseconds;
        _begun = begun;
    }

    public IOwnedWork? NextWork { get; set; }

    /// <summary>Completes when all have ended. Any thread.</summary>
    public Task Ended => _ended.Task;

    public void Run()
    {
        _ending = [.. _flows.All.Where(flow => _scope.Covers(flow)).Select(static flow => (flow, flow.Life))];
        if (!CloseDue(_start))
        {
            _begun(this);
        }
    }

    public void OnFailed() => _ended.TrySetResult();

    /// <summary>Ends those whose time has come. True when none is left.</summary>
    public bool CloseDue(long now)
    {
        long elapsed = now - _start;
        long due = elapsed >= _spread ? _ending!.Length : _ending!.Length * elapsed / _spread;
        for (; _next < due; _next++)
        {
            // Objects are reused: one that has meanwhile become another flow is left alone.
            (SocketFlow flow, int life) = _ending[_next];
            if (flow.Life == life && _scope.Covers(flow))
            {
                _flows.End(flow, _reason);
            }
        }

        if (_next < _ending.Length)
        {
            return false;
        }

        _ended.TrySetResult();
        return true;
    }
}
