// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using LbEngine.Backends;
using LbEngine.Lifecycle;

namespace LbEngine.Connections;

/// <summary>Where a connection goes: a backend to connect to, the reason why there is none, or neither before its first bytes were seen.</summary>
internal readonly record struct Placement(Backend? Backend, RejectReason Reason)
{
    [MemberNotNullWhen(true, nameof(Backend))]
    public bool IsPlaced => Backend is not null;

    /// <summary>True when the client's first bytes decide.</summary>
    public bool MustInspect => Backend is null && Reason == RejectReason.None;

    /// <summary>Not decided yet: show the forwarder what the client sends.</summary>
    public static Placement InspectFirst => default;

    public static Placement To(Backend backend) => new(backend, RejectReason.None);

    public static Placement Rejected(RejectReason reason) => new(null, reason);
}
