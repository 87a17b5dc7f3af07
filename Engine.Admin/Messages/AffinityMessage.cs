// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>One remembered choice.</summary>
/// <param name="Client">The client's address as far as the pool's prefix goes.</param>
/// <param name="Pool">Name of the pool.</param>
/// <param name="Backend">Whom the client meets again.</param>
/// <param name="Connections">Open ones; while there are any the choice stays.</param>
/// <param name="ExpiresInSeconds">Null while connections are open.</param>
public sealed record AffinityMessage(string Client, string Pool, string Backend, int Connections, double? ExpiresInSeconds);
