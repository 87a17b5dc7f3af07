// SPDX-License-Identifier: MIT
using LbEngine.Connections;

namespace LbEngine.Transport.Linux;

/// <summary>Connections, or flows, that a <see cref="SpreadClose"/> closes one after the other. Reactor thread only.</summary>
internal interface ICloseTarget
{
    /// <summary>How many live.</summary>
    int Count { get; }

    /// <summary>Upper bound of their indices.</summary>
    int Bound { get; }

    /// <summary>Closes the one at an index; false when there is none.</summary>
    bool TryCloseAt(int index, CloseReason reason);
}
