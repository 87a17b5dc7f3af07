// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Probes;

/// <summary>Runs health checks on a timer of the engine's time provider: for clocks that a test or an embedder moves.</summary>
internal sealed class TimerLoop : IProbeLoop
{
    private readonly TimeProvider _timeProvider;
    private readonly Lock _lock = new();
    private Func<int>? _run;
    private ITimer? _timer;
    private bool _isRunning;
    private bool _runsAgain;

    public TimerLoop(TimeProvider timeProvider) => _timeProvider = timeProvider;

    public void Start(Func<int> run)
    {
        lock (_lock)
        {
            _run = run;
            _timer = _timeProvider.CreateTimer(static loop => ((TimerLoop)loop!).OnTimer(), this, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    public void Wake()
    {
        lock (_lock)
        {
            _runsAgain = _isRunning;
            if (!_isRunning)
            {
                _timer?.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            if (_isRunning || _timer is null)
            {
                return;
            }

            _isRunning = true;
        }

        int wait = _run!();
        lock (_lock)
        {
            _isRunning = false;
            wait = _runsAgain ? 0 : wait;
            _runsAgain = false;
            _timer?.Change(wait < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(wait), Timeout.InfiniteTimeSpan);
        }
    }
}
