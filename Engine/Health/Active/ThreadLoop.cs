// SPDX-License-Identifier: MIT
using LbEngine.Transport.Linux;

namespace LbEngine.Health.Active;

/// <summary>Runs health checks on a thread of their own, so that work that blocks the thread pool does not hold them up.</summary>
internal sealed class ThreadLoop : IHealthLoop
{
    private readonly Lock _lock = new();
    private readonly HandshakeProber? _handshakes;
    private readonly ManualResetEventSlim _woken = new(false, spinCount: 0);
    private volatile bool _isStopped;
    private Thread? _thread;

    /// <param name="handshakes">Runs on this thread, and is freed with it; null where there is none.</param>
    public ThreadLoop(HandshakeProber? handshakes) => _handshakes = handshakes;

    public void Start(Func<int> run)
    {
        _thread = new Thread(() => Run(run)) { IsBackground = true, Name = "lb health" };
        _thread.Start();
    }

    public void Wake()
    {
        lock (_lock)
        {
            // Once stopped, the descriptor behind it may belong to somebody else.
            if (!_isStopped)
            {
                Signal();
            }
        }
    }

    /// <summary>Returns when the thread has ended. Not for the thread itself.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isStopped)
            {
                return;
            }

            _isStopped = true;
            Signal();
        }

        _thread?.Join();
        _handshakes?.Dispose();
        _woken.Dispose();
    }

    private void Signal()
    {
        if (_handshakes is null)
        {
            _woken.Set();
        }
        else
        {
            _handshakes.Wake();
        }
    }

    private void Run(Func<int> run)
    {
        while (!_isStopped)
        {
            int wait = run();
            if (_isStopped)
            {
                return;
            }

            if (_handshakes is not null)
            {
                _handshakes.Wait(wait);
            }
            else
            {
                _woken.Wait(wait);
                _woken.Reset();
            }
        }
    }
}
