// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;

namespace LbEngine.Connections;

/// <summary>
/// The UDP twin of a <see cref="Connection"/>: one client address and port on one listener, and its backend. Each transport derives its own and pools
/// them.
/// </summary>
internal abstract class Flow : PlacedClient
{
    private FlowState _state; // mutable, keep non-readonly

    /// <summary>Which of this host's addresses the client uses; part of the flow's key.</summary>
    public ushort LocalAddressId { get; set; }

    /// <summary>What was counted so far, and what follows from it.</summary>
    public ref FlowState State => ref _state;

    public override void Reset()
    {
        base.Reset();
        LocalAddressId = 0;
        _state = default;
    }
}
