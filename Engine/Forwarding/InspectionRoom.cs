// SPDX-License-Identifier: MIT
using LbEngine.Connections;

namespace LbEngine.Forwarding;

/// <summary>
/// Lets clients in to be inspected: so many of a listener at once, and for one more the one goes that has been longest. Pure policy; any thread.
/// </summary>
/// <remarks>
/// Who sends nothing, or a byte at a time, thus waits in the company of a part of the table, and is the first to go when others come. Who says at once
/// where it goes is gone from here before the next one comes.
/// </remarks>
internal sealed class InspectionRoom
{
    /// <summary>One part in so many of the engine's places is for clients that a listener inspects, where it does not say how many.</summary>
    public const int PartOfTable = 4;

    private readonly int _usual;

    public InspectionRoom(int capacity) => _usual = Math.Max(1, capacity / PartOfTable);

    /// <summary>Counts a client that has its row. False when too many that had to go have not gone yet.</summary>
    public bool TryEnter(Connection connection, in Arrival arrival)
    {
        if (arrival.Holder is not IInspectionHolder holder)
        {
            return true;
        }

        Listener listener = arrival.Listener;
        InspectionCrowd crowd = listener.Inspected;
        if (!crowd.TryEnter(listener.MaxInspecting > 0 ? listener.MaxInspecting : _usual, out int tooMany))
        {
            return false;
        }

        // Before it is among them itself, so that nobody ends one whose arrival is not over.
        if (tooMany > 0)
        {
            crowd.Ask(tooMany, holder);
        }

        crowd.Of(arrival.Owner, holder).Add(connection);
        return true;
    }

    /// <summary>The client is inspected no more, if it was. False when it had to go for another before.</summary>
    public static bool TryLeave(Connection connection) => connection.InspectedAmong is not InspectedClients clients || clients.TryLeave(connection);
}
