// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;

namespace LbEngine.Transport.Linux;

/// <summary>Connections, or flows, that a <see cref="SpreadClose"/> closes one after the other. Reactor thread only.</summary>
internal interface ICloseTarget
{
    /// <summary>Upper bound of their indices.</summary>
    int Bound { get; }

    /// <summary>The one at an index; null when there is none.</summary>
    PlacedClient? At(int index);

    /// <summary>Closes the one at an index, which there is.</summary>
    void CloseAt(int index, CloseReason reason);
}
