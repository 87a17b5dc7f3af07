// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using Microsoft.Extensions.Logging;

namespace LbEngine.Transport;

/// <summary>Everything that an engine hands to its transport.</summary>
/// <param name="Forwarder">Decides for TCP; see <see cref="ITcpForwarder"/>.</param>
/// <param name="UdpForwarder">Decides for UDP; see <see cref="IUdpForwarder"/>.</param>
/// <param name="Table">For the owner's moving fields (bytes, last activity, phase); rows are added and removed by the forwarder.</param>
/// <param name="TimeProvider">Source of monotonic time.</param>
/// <param name="Logger">The engine's logger.</param>
/// <param name="ReactorCount">Threads wanted, at least 1.</param>
internal sealed record TransportContext(
    ITcpForwarder Forwarder,
    IUdpForwarder UdpForwarder,
    ConnectionTable Table,
    TimeProvider TimeProvider,
    ILogger Logger,
    int ReactorCount)
{
    /// <summary>Where the transport makes known who holds its flows, so that others can ask them for room.</summary>
    public FlowOwners Flows { get; init; } = new();

    /// <summary>Gives the descriptors of listening sockets that another process has opened, when the transport starts; null for none. Linux only.</summary>
    public Func<CancellationToken, Task<IReadOnlyList<int>>>? InheritAsync { get; init; }

    /// <summary>How many descriptors there are for what.</summary>
    public DescriptorPlan Descriptors { get; init; } = DescriptorPlan.Unlimited;

    /// <summary>Bounds what blocked peers cost.</summary>
    public BufferBudget Buffers { get; init; } = BufferBudget.Unlimited;
}
