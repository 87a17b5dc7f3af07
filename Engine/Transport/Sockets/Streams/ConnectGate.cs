// SPDX-License-Identifier: MIT
using System.Threading.Tasks.Sources;

namespace LbEngine.Transport.Sockets.Streams;

/// <summary>Holds a connection's client direction back until its backend is connected, or is not going to be. One waiter, one opening, then Reset.</summary>
internal sealed class ConnectGate : IValueTaskSource<bool>
{
    private ManualResetValueTaskSourceCore<bool> _source; // mutable, keep non-readonly
    private int _opened;

    /// <summary>True: connected, relay. False: give up.</summary>
    public ValueTask<bool> WaitAsync() => new(this, _source.Version);

    /// <summary>Opens the gate; only the first call counts. The waiter goes on inline.</summary>
    public void Open(bool isConnected)
    {
        if (Interlocked.Exchange(ref _opened, 1) == 0)
        {
            _source.SetResult(isConnected);
        }
    }

    /// <summary>Closes the gate for the next connection; nobody may wait.</summary>
    public void Reset()
    {
        _source.Reset();
        _opened = 0;
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
