// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Observability;
using Microsoft.Extensions.Logging;

namespace LbEngine.Forwarding;

/// <summary>Says once that flows were ended to make room, and again when it happens after a minute without. Any thread.</summary>
internal sealed class EvictionNotice(ILogger logger)
{
    private const long QuietMilliseconds = 60_000;

    private long _last = long.MinValue;

    public void Note(Listener listener, long nowMilliseconds)
    {
        long last = Interlocked.Exchange(ref _last, nowMilliseconds);
        if (last == long.MinValue || nowMilliseconds - last >= QuietMilliseconds)
        {
            EngineLog.FlowsEvicted(logger, listener.Name, listener.Pool.Name);
        }
    }
}
