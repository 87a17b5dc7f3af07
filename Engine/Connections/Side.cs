// SPDX-License-Identifier: MIT
namespace LbEngine.Connections;

/// <summary>One of the two ends of a connection.</summary>
internal enum Side : byte
{
    Client,
    Backend,
}
