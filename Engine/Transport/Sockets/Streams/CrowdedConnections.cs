// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;

namespace LbEngine.Transport.Sockets.Streams;

/// <summary>Ends connections that are inspected when there are too many. Any thread.</summary>
internal sealed class CrowdedConnections : IInspectionHolder
{
    public bool IsOneThread => false;

    public void MakeRoom(InspectedClients clients, bool isHolder)
    {
        while (clients.TryTakeAsked(out Connection? client, out ConnectionHandle handle))
        {
            // Where it has arrived and not begun yet, it sees by itself that it was taken: see SocketConnection.Start.
            Interlocked.MemoryBarrier();
            var connection = (SocketConnection)client;
            if (connection.TryAddReference())
            {
                // The object may have become another connection meanwhile.
                if (connection.Handle == handle)
                {
                    connection.Refuse(RejectReason.InspectionLimit);
                }

                connection.Leave();
            }
        }
    }
}
