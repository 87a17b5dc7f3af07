// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>A flow that a reactor holds. Its reactor's thread only; pooled, so that a new flow allocates nothing.</summary>
internal sealed class LinuxFlow : Flow, ISlotted
{
    private readonly byte[] _address = new byte[SocketAddressBytes.MaxLength];
    private int _addressLength;

    public int Index { get; set; }

    public uint Generation { get; set; }

    /// <summary>The socket that is connected to the backend; -1 when there is none.</summary>
    public int Descriptor { get; set; } = -1;

    /// <summary>Where the client's datagrams come in, and replies go out.</summary>
    public DatagramListener Entrance { get; set; } = null!;

    /// <summary>The address that the client used; default where the listener has but one.</summary>
    public LocalAddress Local { get; set; }

    /// <summary>Where replies go, as the kernel writes it, with scope and all: the client's address, or that of who brings it.</summary>
    public ReadOnlySpan<byte> ClientAddress
    {
        get => _address.AsSpan(0, _addressLength);
        set
        {
            value.CopyTo(_address);
            _addressLength = value.Length;
        }
    }

    /// <summary>Slots of the present batch whose datagrams go to this flow, as a chain; -1 for none.</summary>
    public int FirstPending { get; set; } = -1;

    public int LastPending { get; set; } = -1;

    /// <summary>Why the datagrams that are pending were not sent; means nothing unless the batch has stopped at them.</summary>
    public PathError Met { get; set; }

    /// <summary>A copy of the first datagram, until the backend has answered: another backend gets it when this one refuses.</summary>
    public KeptDatagram? Kept { get; set; }

    /// <summary>Neighbours among the flows of one listener that were never answered.</summary>
    public LinuxFlow? Older { get; set; }

    public LinuxFlow? Newer { get; set; }

    /// <summary>Waits on the reactor's ready list for its next turn.</summary>
    public bool IsReady { get; set; }

    /// <summary>Carries enough to deserve larger buffers and joined datagrams.</summary>
    public bool IsSettled { get; set; }

    /// <summary>The path, or a device on it, would not take runs of datagrams.</summary>
    public bool SendsApart { get; set; }

    public override void Reset()
    {
        base.Reset();
        Descriptor = -1;
        Entrance = null!;
        Local = default;
        _addressLength = 0;
        FirstPending = -1;
        LastPending = -1;
        Kept = null;
        Older = null;
        Newer = null;
        IsReady = false;
        IsSettled = false;
        SendsApart = false;
    }
}
