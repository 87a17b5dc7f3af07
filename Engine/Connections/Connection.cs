// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;
using LbEngine.Tables;

namespace LbEngine.Connections;

/// <summary>A TCP client and its backend, as one thing. Each transport derives its own and pools them.</summary>
internal abstract class Connection : PlacedClient
{
    /// <summary>A time that has not come yet.</summary>
    public const long NotYet = -1;

    private ToldFields _told; // mutable, keep non-readonly

    /// <summary>What the client has connected to, as a PROXY header tells it; null where the address of its socket says so.</summary>
    public EndPointKey? Destination { get; set; }

    /// <summary>What the client's first bytes have told that its backend is to hear.</summary>
    public ref ToldFields Told => ref _told;

    /// <summary>Access list and rate have let it in, as who it is.</summary>
    public bool IsScreened { get; set; }

    /// <summary>The clients among which it is, or was, inspected; null where it never was. They write this and the next three.</summary>
    public InspectedClients? InspectedAmong { get; set; }

    public InspectionStanding Standing { get; set; }

    /// <summary>Who came before it and is inspected still.</summary>
    public Connection? InspectedBefore { get; set; }

    /// <summary>Who came after it and is inspected still.</summary>
    public Connection? InspectedAfter { get; set; }

    /// <summary>When a backend was first chosen, in clock milliseconds. The forwarder writes it, as it does the next two.</summary>
    public long PlacedMilliseconds { get; set; } = NotYet;

    /// <summary>When the handshake with the backend was done.</summary>
    public long ConnectedMilliseconds { get; set; } = NotYet;

    /// <summary>When the first byte came from either side, behind what was inspected.</summary>
    public long FirstByteMilliseconds { get; set; } = NotYet;

    /// <summary>Why the last attempt to reach a backend failed; without meaning before one has.</summary>
    public ConnectFailure LastFailure { get; set; }

    public override void Reset()
    {
        base.Reset();
        Destination = null;
        _told.GiveBack();
        IsScreened = false;
        InspectedAmong = null;
        Standing = InspectionStanding.None;
        InspectedBefore = null;
        InspectedAfter = null;
        PlacedMilliseconds = NotYet;
        ConnectedMilliseconds = NotYet;
        FirstByteMilliseconds = NotYet;
    }
}
