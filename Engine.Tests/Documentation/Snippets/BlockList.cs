// SPDX-License-Identifier: MIT
using System.Collections.Frozen;
using System.Net;
using LbEngine.Admission;

// Not below LbEngine: a visitor needs the usings.
namespace Documentation.Snippets;

internal sealed class BlockList(FrozenSet<IPAddress> blocked) : IConnectionFilter
{
    public string? FindObjection(in ConnectionAttempt attempt) =>
        blocked.Contains(attempt.Client.Address) ? "on the block list" : null;
}
