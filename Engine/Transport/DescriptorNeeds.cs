// SPDX-License-Identifier: MIT
namespace LbEngine.Transport;

/// <summary>What an engine wants of the descriptors of its process.</summary>
/// <param name="Limit">The soft limit of open descriptors.</param>
/// <param name="InUse">Those that are open already, by whomever.</param>
/// <param name="TcpListeners">Listeners for TCP; one at every address of both families counts twice.</param>
/// <param name="UdpListeners">Listeners for UDP, counted in the same way.</param>
/// <param name="Reactors">Threads that move bytes, as many as are wanted; at least 1.</param>
/// <param name="HasReactors">True for a transport of reactors, each with its own descriptors, its own socket of every listener, and pipes.</param>
internal sealed record DescriptorNeeds(long Limit, long InUse, int TcpListeners, int UdpListeners, int Reactors, bool HasReactors)
{
    /// <summary>A listener for TCP without reactors: its socket, and the one client that it takes before it knows whether there is room.</summary>
    private const int AcceptingSocket = 2;

    /// <summary>Those that were opened after the plan was made, and before the listeners: an admin interface, and assemblies.</summary>
    public long OpenedSince { get; init; }

    /// <summary>What the listening sockets take.</summary>
    /// <param name="reactors">How many reactors there are.</param>
    public long Listening(int reactors) => Listening(TcpListeners, UdpListeners, reactors, HasReactors);

    /// <summary>What the sockets of some listeners take.</summary>
    public static long Listening(int tcpListeners, int udpListeners, int reactors, bool hasReactors) =>
        hasReactors ? (long)(tcpListeners + udpListeners) * reactors : ((long)AcceptingSocket * tcpListeners) + udpListeners;
}
