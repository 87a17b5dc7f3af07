// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Streams;

/// <summary>The end of a connection: closes its sockets and gives everything back, once. Reactor thread only.</summary>
internal sealed class ConnectionCloser : ICloseTarget
{
    private readonly StreamParts _parts;

    public ConnectionCloser(StreamParts parts) => _parts = parts;

    public int Bound => _parts.Connections.Bound;

    public PlacedClient? At(int index) => _parts.Connections.At(index);

    public void CloseAt(int index, CloseReason reason) => End(_parts.Connections.At(index)!, reason);

    /// <summary>Ends the connection, unless it has ended: with FIN or RST as <see cref="EndRules"/> say.</summary>
    public void End(LinuxConnection connection, CloseReason reason)
    {
        if (connection.Relay.TryEnd())
        {
            LetGo(connection, EndRules.SendsReset(reason, connection.ToBackend.HoldsBytes || connection.ToClient.HoldsBytes));
            _parts.Forwarder.Ended(connection, reason, _parts.Clock.Milliseconds);
            _parts.LetGo(connection);
        }
    }

    /// <summary>Turns away a client that has arrived and was inspected: with FIN when it was told why, else with RST or silently.</summary>
    public void Refuse(LinuxConnection connection, RejectReason reason, bool isTold = false)
    {
        if (connection.Relay.TryEnd())
        {
            bool isSilent = connection.Listener.DropsSilently(reason);
            if (isSilent)
            {
                Silence(connection.Listener, connection.ClientEnd.Descriptor);
            }

            LetGo(connection, sendsReset: !isSilent && !isTold);
            _parts.Forwarder.Refused(connection, reason, _parts.Clock.Milliseconds);
            _parts.LetGo(connection);
        }
    }

    /// <summary>Turns away a client that the forwarder has rejected on arrival.</summary>
    public void Reject(in AcceptedClient client, RejectReason reason)
    {
        if (client.Listener.DropsSilently(reason))
        {
            Silence(client.Listener, client.Descriptor);
            SocketCalls.Close(client.Descriptor);
        }
        else
        {
            Reject(client.Descriptor);
        }
    }

    /// <summary>Turns away a client that has not arrived.</summary>
    public static void Reject(int clientDescriptor)
    {
        SocketCalls.SetResetOnClose(clientDescriptor);
        SocketCalls.Close(clientDescriptor);
    }

    /// <summary>Closes the backend's socket alone, before another backend is tried.</summary>
    public static void CloseBackend(LinuxConnection connection)
    {
        if (connection.BackendEnd.IsOpen)
        {
            SocketCalls.Close(connection.BackendEnd.Descriptor);
            connection.BackendEnd = SocketEnd.None;
        }
    }

    /// <summary>The next close of the client's socket tells it nothing, if that is possible here.</summary>
    private void Silence(Listener listener, int descriptor)
    {
        if (!SocketCalls.SetSilentClose(descriptor) && listener.TryTellOfDrops())
        {
            EngineLog.DropsAreHeard(_parts.Logger, listener.Name);
        }
    }

    /// <summary>The descriptors first, the counts after: so the counts never promise descriptors that are still open.</summary>
    private void LetGo(LinuxConnection connection, bool sendsReset)
    {
        _parts.Wheel.Cancel(connection);
        GiveBack(ref connection.ToBackend);
        GiveBack(ref connection.ToClient);
        CloseEnd(ref connection.ClientEnd, sendsReset);
        CloseEnd(ref connection.BackendEnd, sendsReset);
    }

    private void GiveBack(ref RelayDirection direction)
    {
        if (direction.Pending is byte[] block)
        {
            _parts.Blocks.Return(block);
        }

        if (direction.Pipe is SplicePipe pipe)
        {
            _parts.Pipes.Return(pipe);
        }

        direction = default;
    }

    private static void CloseEnd(ref SocketEnd end, bool reset)
    {
        if (!end.IsOpen)
        {
            return;
        }

        if (reset)
        {
            SocketCalls.SetResetOnClose(end.Descriptor);
        }

        SocketCalls.Close(end.Descriptor);
        end = SocketEnd.None;
    }
}
