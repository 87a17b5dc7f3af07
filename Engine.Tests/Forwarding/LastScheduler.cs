// SPDX-License-Identifier: MIT
using LbEngine.Scheduling;

namespace LbEngine.Tests.Forwarding;

/// <summary>
/// An embedder's scheduler: always the last backend. Throws when it is asked for a connection that has tried <see cref="ThrowsFor"/> backends
/// already.
/// </summary>
internal sealed class LastScheduler(int count) : IBackendScheduler
{
    public int ThrowsFor { get; init; } = int.MaxValue;

    public int SelectBackend(in SchedulingContext context) =>
        context.Excluded.Count < ThrowsFor ? count - 1 : throw new InvalidOperationException("A defect of the embedder.");
}
