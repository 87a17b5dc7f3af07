// SPDX-License-Identifier: MIT
namespace LbEngine.Lifecycle;

/// <summary>One of the two ends of a connection.</summary>
internal enum Side : byte
{
    Client,
    Backend,
}
