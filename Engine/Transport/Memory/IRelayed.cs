// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Transport;

namespace LbEngine.Testing;

/// <summary>A connection or a flow that one engine carries in memory.</summary>
/// <remarks>Called under the lock of the <see cref="RunQueue"/> only.</remarks>
internal interface IRelayed
{
    /// <summary>Counts what the engine was offered, in that order.</summary>
    long Number { get; }

    /// <summary>The same object, as the engine sees it.</summary>
    PlacedClient Client => (PlacedClient)this;

    /// <summary>Its node has come off the wheel.</summary>
    void OnTimer();

    /// <summary>Ends it at a moment, unless it ends before or the scope does not cover it any more then.</summary>
    void ForceEnd(CloseReason reason, long atMilliseconds, CloseScope scope);
}
