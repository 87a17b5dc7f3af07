// SPDX-License-Identifier: MIT
using LbEngine.Tables;

namespace LbEngine.Inspection.ProxyProtocol;

/// <summary>What a header tells. Made by <see cref="ProxyHeaderReader"/>.</summary>
/// <param name="Length">Bytes of it, from the first to the last.</param>
/// <param name="Source">Who the client is; null where the sender speaks for itself (LOCAL), or does not say (UNKNOWN, UNSPEC, a UNIX socket).</param>
/// <param name="Destination">What the client has connected to; known when <paramref name="Source"/> is.</param>
/// <param name="ExtrasAt">Where the type-length-value fields of version 2 begin, which are well-formed.</param>
/// <param name="ExtrasLength">Bytes of these; 0 for none.</param>
internal readonly record struct ProxyHeader(
    int Length,
    EndPointKey? Source = null,
    EndPointKey? Destination = null,
    int ExtrasAt = 0,
    int ExtrasLength = 0);
