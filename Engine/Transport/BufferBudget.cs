// SPDX-License-Identifier: MIT
namespace LbEngine.Transport;

/// <summary>
/// Memory for bytes that were read and that a blocked peer does not take, of all connections of an engine together. Any thread; lock-free.
/// </summary>
/// <remarks>
/// Only a peer that blocks touches it, so that it costs moving bytes one read. Nobody is refused: when it is short, transports read no
/// more than peers take, or in small pieces, and what they do not read waits in the kernel.
/// </remarks>
internal sealed class BufferBudget
{
    // Between the look and the taking other threads may take, each one buffer at most.
    private const long Slack = 1024 * 1024;

    private readonly long _limit;
    private long _taken;

    /// <param name="bytes">The most that should be taken.</param>
    public BufferBudget(long bytes) => _limit = Math.Max(0, bytes - Slack);

    /// <summary>One that is never short.</summary>
    public static BufferBudget Unlimited { get; } = new(long.MaxValue);

    /// <summary>Bytes taken now.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>True when no more should be taken.</summary>
    public bool IsShort => Volatile.Read(ref _taken) >= _limit;

    /// <summary>Takes a buffer, short or not; matched by one <see cref="Give"/>.</summary>
    public void Take(int bytes) => Interlocked.Add(ref _taken, bytes);

    /// <summary>Gives a buffer back.</summary>
    public void Give(int bytes) => Interlocked.Add(ref _taken, -bytes);
}
