// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux;
using LbEngine.Transport.Sockets;

namespace LbEngine.Transport;

/// <summary>Which transport an engine uses, and how many connections the operating system lets it carry.</summary>
/// <param name="Name">The name as in a configuration.</param>
/// <param name="Create">Makes the transport.</param>
/// <param name="UsesDescriptors">True when every connection takes two descriptors of the process.</param>
/// <param name="RunLater">Takes work that must not hold up the data path, and returns at once. Null for the thread pool; a transport in virtual time runs it when the present call is over.</param>
/// <param name="FindConnectFailure">Asks a network in memory how a connect would fail; the answer is null where it would not. Null itself for transports over sockets.</param>
internal sealed record TransportChoice(
    string Name,
    Func<TransportContext, ITransport> Create,
    bool UsesDescriptors,
    Action<Action>? RunLater = null,
    Func<IPEndPoint, ConnectFailure?>? FindConnectFailure = null)
{
    public static TransportChoice From(TransportKind kind) =>
        kind == TransportKind.Linux || (kind == TransportKind.Auto && LinuxTransport.IsSupported) ? Linux : Sockets;

    private static TransportChoice Linux { get; } = new("linux", context => new LinuxTransport(context), true);

    private static TransportChoice Sockets { get; } = new("sockets", context => new SocketsTransport(context), true);
}
