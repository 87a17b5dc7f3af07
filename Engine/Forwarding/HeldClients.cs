// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Connections;
using LbEngine.Observability;
using LbEngine.Timing;
using Microsoft.Extensions.Logging;

namespace LbEngine.Forwarding;

/// <summary>Says once when a limit begins to hold clients in the backlog, and once when it has ended. Any thread.</summary>
/// <remarks>A limit under load lets one in and holds the next, many times a second: it has ended when nobody has waited for a second.</remarks>
internal sealed class HeldClients
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _timeProvider;
    private readonly EngineBudget _budget;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<Listener, Times> _holding = [];
    private ITimer? _timer;

    public HeldClients(TimeProvider timeProvider, EngineBudget budget, ILogger logger)
    {
        _timeProvider = timeProvider;
        _budget = budget;
        _logger = logger;
    }

    private long Now => CoarseClock.ReadMilliseconds(_timeProvider);

    /// <summary>So many more, or fewer, clients of a listener wait than before.</summary>
    public void Change(Listener listener, int change)
    {
        if (listener.AddHeld(change) <= 0)
        {
            return;
        }

        lock (_lock)
        {
            long now = Now;
            if (_holding.TryGetValue(listener, out Times? times))
            {
                times.Last = now;
                return;
            }

            _holding.Add(listener, new Times(now));
            _timer ??= _timeProvider.CreateTimer(static self => ((HeldClients)self!).Look(), this, Quiet, Quiet);
        }

        int active = listener.ActiveCount;
        if (active >= listener.MaxConnections)
        {
            EngineLog.ListenerHolds(_logger, listener.Name, active);
        }
        else
        {
            EngineLog.EngineHolds(_logger, listener.Name, _budget.Count);
        }
    }

    private void Look()
    {
        var ended = new List<(Listener Listener, long Milliseconds)>();
        lock (_lock)
        {
            long now = Now;
            foreach ((Listener listener, Times times) in _holding)
            {
                if (listener.HeldCount > 0)
                {
                    times.Last = now;
                }
                else if (now - times.Last >= Quiet.TotalMilliseconds)
                {
                    ended.Add((listener, times.Last - times.First));
                }
            }

            ended.ForEach(one => _holding.Remove(one.Listener));
            if (_holding.Count == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }

        ended.ForEach(one => EngineLog.HoldEnded(_logger, one.Listener.Name, one.Milliseconds / 1000.0));
    }

    private sealed class Times(long first)
    {
        public long First { get; } = first;

        public long Last { get; set; } = first;
    }
}
