// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using LbEngine.Backends;
using LbEngine.Lifecycle;

namespace LbEngine.Connections;

/// <summary>Where a connection goes: a backend to connect to, the reason why there is none, or neither before its first bytes were seen.</summary>
/// <param name="Backend">Null when there is none.</param>
/// <param name="Reason">Why there is none.</param>
/// <param name="NeedsRoom">UDP: nothing was decided yet. The caller makes room (<see cref="RoomAt"/>), as far as it can, and asks again.</param>
/// <param name="WaitMilliseconds">TCP: above 0 when there is none now, and the caller asks again after that time.</param>
internal readonly record struct Placement(Backend? Backend, RejectReason Reason, bool NeedsRoom = false, int WaitMilliseconds = 0)
{
    [MemberNotNullWhen(true, nameof(Backend))]
    public bool IsPlaced => Backend is not null;

    /// <summary>True when the client's first bytes decide.</summary>
    public bool MustInspect => Backend is null && Reason == RejectReason.None;

    /// <summary>True when all backends have failed the client, and it may have another round of them later.</summary>
    public bool MustWait => WaitMilliseconds > 0;

    /// <summary>Not decided yet: show the forwarder what the client sends.</summary>
    public static Placement InspectFirst => default;

    public static Placement To(Backend backend) => new(backend, RejectReason.None);

    public static Placement Rejected(RejectReason reason) => new(null, reason);

    public static Placement After(int milliseconds) => new(null, RejectReason.NoBackend, WaitMilliseconds: milliseconds);

    public static Placement AskForRoom(RejectReason full) => new(null, full, NeedsRoom: true);

    /// <summary>Where room is needed: at the listener, or anywhere when null.</summary>
    public Listener? RoomAt(Listener listener) => Reason == RejectReason.ListenerLimit ? listener : null;
}
