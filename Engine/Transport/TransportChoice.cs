// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Transport.Linux;
using LbEngine.Transport.Linux.Probes;
using LbEngine.Transport.Probes;
using LbEngine.Transport.Sockets;
using LbEngine.Transport.Sockets.Probes;

namespace LbEngine.Transport;

/// <summary>Which transport an engine uses, and how many connections the operating system lets it carry.</summary>
/// <param name="Create">Makes the transport.</param>
/// <param name="OpenProbes">Opens what health checks over this transport run on; the argument is the engine's clock.</param>
/// <param name="UsesDescriptors">True when every connection takes two descriptors of the process.</param>
/// <param name="BytesPerConnection">Memory that one connection takes at the least, both peers blocked and buffers short; 0 for nothing worth counting.</param>
/// <param name="RunLater">Takes work that must not hold up the data path, and returns at once. Null for the thread pool; a transport in virtual time
/// runs it when the present call is over.</param>
internal sealed record TransportChoice(
    Func<TransportContext, ITransport> Create,
    Func<TimeProvider, ProbeDrive> OpenProbes,
    bool UsesDescriptors,
    int BytesPerConnection = 0,
    Action<Action>? RunLater = null)
{
    // The row, the object, and what the kernel keeps for two sockets.
    private const int LinuxBytes = 4 * 1024;

    // Sockets, operations and loops besides, and a small buffer for each direction.
    private const int SocketsBytes = 16 * 1024;

    /// <summary>True when each reactor has descriptors of its own, and a socket of every listener.</summary>
    public bool HasReactors { get; init; }

    public static TransportChoice From(TransportKind kind) =>
        kind == TransportKind.Linux || (kind == TransportKind.Auto && LinuxTransport.IsSupported) ? Linux : Sockets;

    private static TransportChoice Linux { get; } =
        new(context => new LinuxTransport(context), LinuxProber.Open, UsesDescriptors: true, LinuxBytes) { HasReactors = true };

    // Handshakes that the backend's application never hears of need the system calls of Linux, not its transport.
    private static TransportChoice Sockets { get; } =
        new(context => new SocketsTransport(context), LinuxTransport.IsSupported ? LinuxProber.Open : SocketProber.Open, UsesDescriptors: true, SocketsBytes);
}
