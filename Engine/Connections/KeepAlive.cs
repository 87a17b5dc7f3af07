// SPDX-License-Identifier: MIT
namespace LbEngine.Connections;

/// <summary>TCP keep-alive of a listener's connections, both sides. Seconds; all zero for off.</summary>
internal sealed record KeepAlive(int IdleSeconds, int IntervalSeconds, int ProbeCount)
{
    public static KeepAlive Off { get; } = new(0, 0, 0);

    public bool IsOn => IdleSeconds > 0;

    /// <summary>
    /// How long to wait until the next look at a peer that has said nothing for so long while bytes are on their way to it; 0 or less when it is
    /// gone.
    /// </summary>
    /// <remarks>
    /// The kernel's keep-alive rests while bytes are on their way: it repeats them instead, for a quarter of an hour. So an idle and a busy peer are given the
    /// same patience here. TCP_USER_TIMEOUT would do it, too, but it also ends peers that are well and do not read (RFC 1122, section 4.2.2.17).
    /// </remarks>
    public long NextLook(long silentMilliseconds) =>
        IsOn ? (1000 * (IdleSeconds + ((long)IntervalSeconds * ProbeCount))) - silentMilliseconds : int.MaxValue;
}
