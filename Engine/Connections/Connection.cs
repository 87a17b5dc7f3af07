// SPDX-License-Identifier: MIT
namespace LbEngine.Connections;

/// <summary>A TCP client and its backend, as one thing. Each transport derives its own and pools them.</summary>
internal abstract class Connection : PlacedClient
{
}
