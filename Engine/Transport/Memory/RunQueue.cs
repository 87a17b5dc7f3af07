// SPDX-License-Identifier: MIT
using System.Runtime.ExceptionServices;

namespace LbEngine.Testing;

/// <summary>What makes a network synchronous: one lock, and one queue that is empty again before any call returns.</summary>
/// <remarks>
/// A call from within (a handler of the test that sends) only queues its work; the outer call does it. All work ends by itself
/// except handlers that answer each other, so those are counted.
/// </remarks>
internal sealed class RunQueue
{
    /// <summary>Handlers that one call may run, over all connections.</summary>
    private const int MaxHandlerCalls = 100_000;

    private readonly Lock _lock = new();
    private readonly Queue<IRunnable> _work = new();
    private readonly List<MemoryTransport> _transports = [];
    private List<Action> _afterwards = [];
    private ExceptionDispatchInfo? _fault;
    private bool _isRunning;
    private int _handlerCalls;

    /// <summary>Number of the outermost call that runs now. Under the lock.</summary>
    public long CallNumber { get; private set; }

    /// <summary>Does something for a test and everything that follows from it. A handler's exception comes out here.</summary>
    public void FromTest(Action action) => Enter(action, throwsFaults: true);

    /// <summary>The same for the engine, which must not see a test's exception: it waits for the test's next call.</summary>
    public void FromEngine(Action action) => Enter(action, throwsFaults: false);

    /// <summary>Reads something that other calls change.</summary>
    public T Read<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }

    /// <summary>Under the lock.</summary>
    public void Add(IRunnable runnable)
    {
        if (!runnable.IsQueued)
        {
            runnable.IsQueued = true;
            _work.Enqueue(runnable);
        }
    }

    /// <summary>Under the lock. The transport's timers are looked at in every call from now on.</summary>
    public void Add(MemoryTransport transport) => _transports.Add(transport);

    /// <summary>Under the lock.</summary>
    public void Remove(MemoryTransport transport) => _transports.Remove(transport);

    /// <summary>Leaves something to be done without the lock, when the call is over. Under the lock.</summary>
    public void Afterwards(Action action) => _afterwards.Add(action);

    /// <summary>Runs a handler of the test and keeps its exception for the test. Under the lock. Returns false when it must not be run again.</summary>
    public bool RunHandler(Action handler)
    {
        if (++_handlerCalls > MaxHandlerCalls)
        {
            Fail(new InvalidOperationException(
                $"One call ran {MaxHandlerCalls} handlers and did not come to an end: scripted connections cause each other for ever."));
            return false;
        }

        try
        {
            handler();
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        return true;
    }

    /// <summary>Keeps the first exception for the test. Under the lock.</summary>
    public void Fail(Exception exception) => _fault ??= ExceptionDispatchInfo.Capture(exception);

    private void Enter(Action action, bool throwsFaults)
    {
        List<Action> afterwards;
        ExceptionDispatchInfo? fault = null;
        lock (_lock)
        {
            if (_isRunning)
            {
                action();
                return;
            }

            try
            {
                RunToTheEnd(action);
            }
            finally
            {
                afterwards = _afterwards;
                _afterwards = [];
                if (throwsFaults)
                {
                    fault = _fault;
                    _fault = null;
                }
            }
        }

        afterwards.ForEach(run => run());
        fault?.Throw();
    }

    private void RunToTheEnd(Action action)
    {
        _isRunning = true;
        CallNumber++;
        _handlerCalls = 0;
        try
        {
            _transports.ForEach(transport => transport.RunTimers());
            action();
        }
        finally
        {
            while (_work.TryDequeue(out IRunnable? runnable))
            {
                runnable.IsQueued = false;
                runnable.Run();
            }

            _isRunning = false;
            _transports.ForEach(transport => transport.ArmTimer());
        }
    }
}
