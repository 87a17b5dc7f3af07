// SPDX-License-Identifier: MIT
namespace LbEngine.Scheduling;

/// <summary>Picks a backend for a new connection or flow.</summary>
/// <remarks>
/// One scheduler is built for one immutable <see cref="SchedulingSet"/> and is thrown away with it, so it never
/// holds state about backends that are gone. Any thread may call it; it must be thread-safe, must not allocate, lock
/// or throw, and must visit each backend a bounded number of times.
/// </remarks>
/// <example>
/// <code>
/// internal sealed class FirstAvailableScheduler(SchedulingSet set) : IBackendScheduler
/// {
///     public int SelectBackend(in SchedulingContext context)
///     {
///         for (int index = 0; index &lt; set.Count; index++)
///         {
///             if (set.CanTake(index) &amp;&amp; !context.Excluded.Contains(index))
///             {
///                 return index;
///             }
///         }
///
///         return -1;
///     }
/// }
/// </code>
/// </example>
public interface IBackendScheduler
{
    /// <summary>Returns the index of the chosen backend in its <see cref="SchedulingSet"/>, or -1 when none can take traffic.</summary>
    /// <param name="context">What is known of the connection or flow to place.</param>
    /// <returns>An index for which <see cref="SchedulingSet.CanTake"/> was true during the call, or -1.</returns>
    int SelectBackend(in SchedulingContext context);
}
