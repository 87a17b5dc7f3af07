// SPDX-License-Identifier: MIT
namespace LbEngine.Connections;

/// <summary>TCP keep-alive of a listener's connections, both sides. Seconds; all zero for off.</summary>
internal sealed record KeepAlive(int IdleSeconds, int IntervalSeconds, int ProbeCount)
{
    public static KeepAlive Off { get; } = new(0, 0, 0);

    public bool IsOn => IdleSeconds > 0;
}
