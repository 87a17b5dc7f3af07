// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Probes;

/// <summary>Runs health checks on a thread of their own, so that work that blocks the thread pool does not hold them up.</summary>
internal sealed class ThreadLoop : IProbeLoop
{
    private readonly Lock _lock = new();
    private readonly ILoopWait _wait;
    private volatile bool _isStopped;
    private Thread? _thread;

    /// <param name="wait">Runs on this thread, and is freed with it.</param>
    public ThreadLoop(ILoopWait wait) => _wait = wait;

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
                _wait.Wake();
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
            _wait.Wake();
        }

        _thread?.Join();
        _wait.Dispose();
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

            _wait.Wait(wait);
        }
    }
}
