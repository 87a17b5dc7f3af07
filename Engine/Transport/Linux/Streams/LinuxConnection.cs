// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;

namespace LbEngine.Transport.Linux.Streams;

/// <summary>A connection that a reactor holds. Its reactor's thread only; pooled, so that a new connection allocates nothing.</summary>
internal sealed class LinuxConnection : Connection, ISlotted
{
    public SocketEnd ClientEnd = SocketEnd.None; // mutable, keep non-readonly
    public SocketEnd BackendEnd = SocketEnd.None; // mutable, keep non-readonly
    public RelayDirection ToBackend; // mutable, keep non-readonly
    public RelayDirection ToClient; // mutable, keep non-readonly
    public RelayState Relay; // mutable, keep non-readonly

    public int Index { get; set; }

    public uint Generation { get; set; }

    /// <summary>Who serves it now.</summary>
    public ConnectionStage Stage { get; set; }

    /// <summary>When the present connect attempt is given up, in clock milliseconds.</summary>
    public long ConnectDeadline { get; set; }

    public bool SawFirstByte { get; set; }

    /// <summary>The backend's handshake waits for an acknowledgement that the client's first bytes are to carry.</summary>
    public bool DefersAck { get; set; }

    /// <summary>Waits on the reactor's ready list for its next turn.</summary>
    public bool IsReady { get; set; }

    /// <summary>Options that only a connection of some age needs were set.</summary>
    public bool IsSettled { get; set; }

    /// <summary>Bytes that the kernel still held for both peers when the idle timer last fired; 0 when it was not asked.</summary>
    public int QueuedAtLastLook { get; set; }

    /// <summary>Bytes were sent to the backend before; from the second send on TCP_NODELAY matters.</summary>
    public bool SentToBackend { get; set; }

    public bool HasNoDelay { get; set; }

    public ref SocketEnd End(Side side) => ref side == Side.Client ? ref ClientEnd : ref BackendEnd;

    /// <summary>The direction that begins at <paramref name="side"/>.</summary>
    public ref RelayDirection From(Side side) => ref side == Side.Client ? ref ToBackend : ref ToClient;

    public override void Reset()
    {
        base.Reset();
        ClientEnd = SocketEnd.None;
        BackendEnd = SocketEnd.None;
        ToBackend = default;
        ToClient = default;
        Relay = default;
        Stage = ConnectionStage.Relaying;
        ConnectDeadline = 0;
        SawFirstByte = false;
        DefersAck = false;
        IsReady = false;
        IsSettled = false;
        QueuedAtLastLook = 0;
        SentToBackend = false;
        HasNoDelay = false;
    }
}
