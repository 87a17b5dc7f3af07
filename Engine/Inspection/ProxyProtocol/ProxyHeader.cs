// SPDX-License-Identifier: MIT
using LbEngine.Tables;

namespace LbEngine.Inspection.ProxyProtocol;

/// <summary>What a header tells. Made by <see cref="ProxyHeaderReader"/>.</summary>
/// <param name="Length">Bytes of it, from the first to the last.</param>
/// <param name="Source">Who the client is; null where the sender speaks for itself (LOCAL), or does not say (UNKNOWN, UNSPEC, a UNIX socket).</param>
/// <param name="Destination">What the client has connected to; known when <paramref name="Source"/> is.</param>
internal readonly record struct ProxyHeader(int Length, EndPointKey? Source = null, EndPointKey? Destination = null);
