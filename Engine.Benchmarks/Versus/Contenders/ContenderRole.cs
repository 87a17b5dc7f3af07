// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Versus.Contenders;

/// <summary>Who a contender is.</summary>
internal enum ContenderRole
{
    /// <summary>HAProxy or nginx: the best of them is what we are compared with.</summary>
    Peer,

    /// <summary>This engine on Linux.</summary>
    Own,

    /// <summary>This engine's portable transport, compared with the other one too.</summary>
    OwnPortable,

    /// <summary>This engine on Linux, compiled ahead of time.</summary>
    OwnNative,

    /// <summary>What the kernel costs without an engine; compared with nobody. See <see cref="BareRelay"/>.</summary>
    Bare,
}
