// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using Microsoft.Extensions.Logging;

namespace LbEngine.Observability;

/// <summary>
/// Says that clients are turned away, or reach no backend: at once, and after that once a minute for each reason and listener, with how many they were.
/// Every one of them is a line of <see cref="ConnectionLog"/>, which nobody has switched on.
/// </summary>
internal sealed class TroubleLog : IConnectionSink
{
    private const long EveryMilliseconds = 60_000;

    private static readonly int Reasons = Enum.GetValues<CloseReason>().Length;
    private static readonly int Refusals = Enum.GetValues<RejectReason>().Length;

    private readonly ILogger _logger;

    // Goes with the listener, which a reload may remove.
    private readonly ConditionalWeakTable<Listener, Trouble[]> _listeners = [];

    public TroubleLog(ILogger logger) => _logger = logger;

    public void Write(in ClosedConnection closed)
    {
        if (closed.IsRefused ? !IsTrouble(closed.Refusal) : !IsTrouble(closed.Reason))
        {
            return;
        }

        Trouble[] troubles = _listeners.GetValue(
            closed.Listener, static _ => [.. Enumerable.Range(0, Reasons + Refusals).Select(static _ => new Trouble())]);
        Trouble trouble = troubles[closed.IsRefused ? Reasons + (int)closed.Refusal : (int)closed.Reason];
        Interlocked.Increment(ref trouble.Count);
        if (trouble.Silence.TryBreak(closed.EndedMilliseconds, EveryMilliseconds))
        {
            Log(closed, Interlocked.Exchange(ref trouble.Count, 0));
        }
    }

    private void Log(in ClosedConnection closed, long count)
    {
        if (closed.IsRefused)
        {
            EngineLog.ClientsTurnedAway(_logger, closed.Listener.Name, closed.Refusal, count, closed.Client);
        }
        else
        {
            string pool = (closed.Pool ?? closed.Listener.Pool).Name;
            EngineLog.ClientsUnserved(_logger, closed.Listener.Name, pool, closed.Reason, count, closed.Client);
        }
    }

    /// <summary>A drain and a filter's objections are wanted, and what goes round has a message of its own.</summary>
    private static bool IsTrouble(RejectReason refusal) =>
        refusal is not (RejectReason.Draining or RejectReason.OwnListener or RejectReason.Filtered);

    private static bool IsTrouble(CloseReason reason) => reason
        is CloseReason.ConnectFailed or CloseReason.ConnectTimeout or CloseReason.BackendRefused or CloseReason.PathLost or CloseReason.ResourceExhausted;

    private sealed class Trouble
    {
        public readonly Silence Silence = new();
        public long Count;
    }
}
