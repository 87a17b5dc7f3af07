// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>One listener.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="Address">Address and port that it has.</param>
/// <param name="Pool">Whom its clients go to.</param>
/// <param name="ActiveConnections">Live connections or flows.</param>
/// <param name="AcceptedConnections">Connections or flows since the start.</param>
/// <param name="RejectedConnections">Clients turned away since the start.</param>
/// <param name="Datagrams">What it has passed on; null over TCP.</param>
public sealed record ListenerMessage(
    string Name,
    string Protocol,
    string Address,
    string Pool,
    int ActiveConnections,
    long AcceptedConnections,
    long RejectedConnections,
    DatagramMessage? Datagrams)
{
    /// <summary>The other pools to which its routes lead; null for none.</summary>
    public IReadOnlyList<string>? RoutePools { get; init; }

    /// <summary><c>accepting</c>, or <c>removing</c> once a reload has removed it: what is left ends by the drain time-out.</summary>
    public string State { get; init; } = "accepting";

    /// <summary>The most connections or flows at once; 0 for no limit of its own.</summary>
    public int MaxConnections { get; init; }

    /// <summary>TCP: clients that wait in the backlog, because the listener or the whole balancer is at its limit.</summary>
    public int HeldConnections { get; init; }

    /// <summary>TCP: clients whose first bytes are awaited, which say where they go.</summary>
    public int InspectingConnections { get; init; }

    /// <summary>How much goes through it; null from a balancer that does not say.</summary>
    public TrafficMessage? Traffic { get; init; }
}
