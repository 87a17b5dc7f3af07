// SPDX-License-Identifier: MIT
namespace LbEngine.Observability;

/// <summary>
/// Wants to know of every connection and flow that has ended, and of every client that was turned away: counters, the log, and whatever
/// else watches.
/// </summary>
/// <remarks>Called on the thread that moves bytes: never blocks, never throws, allocates nothing unless somebody reads it. Any thread.</remarks>
internal interface IConnectionSink
{
    void Write(in ClosedConnection closed);
}
