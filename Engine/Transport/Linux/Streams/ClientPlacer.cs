// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Observability;

namespace LbEngine.Transport.Linux.Streams;

/// <summary>Makes a connection of an accepted client, here or at a reactor with less to do. Reactor thread only.</summary>
internal sealed class ClientPlacer
{
    private readonly StreamParts _parts;
    private readonly ClientInspector _inspector;
    private readonly BackendConnector _connector;
    private readonly ConnectionCloser _closer;
    private uint _random;

    public ClientPlacer(StreamParts parts, ClientInspector inspector, BackendConnector connector, ConnectionCloser closer)
    {
        _parts = parts;
        _inspector = inspector;
        _connector = connector;
        _closer = closer;
        _random = parts.Number;
    }

    /// <summary>Places a client that was just accepted by this reactor.</summary>
    /// <param name="client">The client; its socket is taken over.</param>
    /// <param name="mayPass">False where it must be counted when this returns: another reactor would place it a moment later.</param>
    public void Place(in AcceptedClient client, bool mayPass)
    {
        if (mayPass && _parts.Exchange is ClientExchange exchange)
        {
            // A linear congruential generator (Numerical Recipes); its high bits are the good ones.
            _random = (_random * 1_664_525) + 1_013_904_223;
            if (exchange.TryPass(_parts.Number, _random >> 8, client))
            {
                return;
            }
        }

        PlaceHere(client);
    }

    /// <summary>Places what other reactors have passed on until now; more of it wakes this one again.</summary>
    public void PlacePassed()
    {
        if (_parts.Exchange is ClientExchange exchange)
        {
            for (int left = exchange.CountPassed(_parts.Number); left > 0 && exchange.TryTake(_parts.Number, out AcceptedClient client); left--)
            {
                PlaceHere(client);
            }
        }
    }

    private void PlaceHere(in AcceptedClient client)
    {
        var arrival = new Arrival(client.Listener, client.Address, _parts.Number, _parts.Clock.Milliseconds) { Holder = _inspector };
        if (_parts.Forwarder.MayHaveGoneRound(arrival))
        {
            arrival = arrival with { Local = OwnName.Read(client.Descriptor).Address };
        }

        LinuxConnection connection = _parts.Connections.Rent();
        Placement placement = _parts.Forwarder.Arrive(connection, arrival);
        if (placement.Reason != RejectReason.None)
        {
            _parts.Connections.Return(connection);
            _closer.Reject(client, placement.Reason);
            return;
        }

        connection.ClientEnd = SocketEnd.Open(client.Descriptor);
        _parts.Hold(connection);
        EpollToken token = EpollToken.For(connection, Side.Client);
        try
        {
            if (placement.IsPlaced)
            {
                _connector.Begin(connection);
            }
            else
            {
                _inspector.Begin(connection);
            }
        }
        catch (Exception exception)
        {
            // A defect met this one client: it ends, the listener goes on.
            EngineLog.TransportUnexpected(_parts.Logger, exception, "linux");
            if (_parts.Connections.Find(token) is LinuxConnection live)
            {
                _closer.End(live, CloseReason.InternalError);
            }
        }
    }
}
