// SPDX-License-Identifier: MIT
namespace LbEngine.Connections;

/// <summary>TCP keep-alive of a listener's connections, both sides. Seconds; all zero for off.</summary>
internal readonly record struct KeepAlive(int IdleSeconds, int IntervalSeconds, int ProbeCount)
{
    public bool IsOn => IdleSeconds > 0;
}
