// SPDX-License-Identifier: MIT
namespace LbEngine.Transport;

/// <summary>How much of this process's memory connections may take. Pure but for <see cref="ReadAvailable"/>.</summary>
/// <remarks>
/// A process in a memory group (a container, MemoryMax=) is ended when it passes the group's limit, and the runtime aborts by itself a
/// little earlier. So there are no more connections than fit, each with the least that a blocked peer takes, and larger buffers come out of
/// a budget of their own.
/// </remarks>
internal static class MemoryBudget
{
    // Connections may take a half, buffers of blocked peers a quarter; the rest is for everything else.
    private const int ShareOfConnections = 2;
    private const int ShareOfBuffers = 4;

    private const int FewestConnections = 64;

    /// <summary>
    /// Bytes that this process may use, as the runtime sees it: the limit of its memory group (version 1 or 2), of which it takes three quarters, or the
    /// memory of the machine.
    /// </summary>
    public static long ReadAvailable() => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>The most connections and flows that fit.</summary>
    /// <param name="available">Bytes that there are.</param>
    /// <param name="bytesPerConnection">What one takes at the least, both peers blocked; 0 for nothing.</param>
    public static int ForConnections(long available, int bytesPerConnection) => bytesPerConnection == 0
        ? int.MaxValue
        : (int)Math.Clamp(available / ShareOfConnections / bytesPerConnection, FewestConnections, int.MaxValue);

    /// <summary>Bytes that buffers of blocked peers may take.</summary>
    public static long ForBuffers(long available) => available / ShareOfBuffers;
}
