// SPDX-License-Identifier: MIT
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Lifecycle;

namespace LbEngine.Connections;

/// <summary>
/// The UDP twin of a <see cref="Connection"/>: one client address and port on one listener, and its backend. Each transport derives its own and pools
/// them.
/// </summary>
internal abstract class Flow : PlacedClient
{
    private FlowState _state; // mutable, keep non-readonly
    private byte[]? _header;
    private int _headerLength;

    /// <summary>Which of this host's addresses the client uses; part of the flow's key.</summary>
    public ushort LocalAddressId { get; set; }

    /// <summary>What was counted so far, and what follows from it.</summary>
    public ref FlowState State => ref _state;

    /// <summary>The PROXY header with which each datagram to the backend begins; empty for none.</summary>
    /// <remarks>Its memory comes with the first one and stays with the object, so that a pooled flow allocates it once.</remarks>
    public ReadOnlySpan<byte> Header
    {
        get => _header.AsSpan(0, _headerLength);
        set
        {
            _headerLength = value.Length;
            value.CopyTo(_header ??= new byte[ProxyHeaderWriter.MostDatagramBytes]);
        }
    }

    public override void Reset()
    {
        base.Reset();
        _headerLength = 0;
        LocalAddressId = 0;
        _state = default;
    }
}
