// SPDX-License-Identifier: MIT
namespace LbEngine.Inspection.Tls;

/// <summary>Which clients take a route. Where both lists have something, both must match.</summary>
/// <param name="Names">
/// Host names in lower case without a dot at the end: <c>shop.example</c>, <c>*.shop.example</c> for one more label, <c>**.shop.example</c> for any
/// number of them; empty: whatever the client names.
/// </param>
/// <param name="Protocols">Protocols of ALPN of which the client offers one, byte by byte; empty: whatever it offers.</param>
internal sealed record TlsRoute(IReadOnlyList<string> Names, IReadOnlyList<string> Protocols);
