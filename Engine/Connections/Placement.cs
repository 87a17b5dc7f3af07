// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using LbEngine.Backends;
using LbEngine.Lifecycle;

namespace LbEngine.Connections;

/// <summary>Where a connection goes: a backend to connect to, or the reason why there is none.</summary>
internal readonly record struct Placement(Backend? Backend, RejectReason Reason)
{
    [MemberNotNullWhen(true, nameof(Backend))]
    public bool IsPlaced => Backend is not null;

    public static Placement To(Backend backend) => new(backend, RejectReason.None);

    public static Placement Rejected(RejectReason reason) => new(null, reason);
}
