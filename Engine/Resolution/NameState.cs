// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Resolution;

/// <summary>What is known of a host name, and how a lookup changes that: an answer replaces the last one, anything else leaves it in use. Pure.</summary>
/// <param name="Addresses">The last answer; empty before the first.</param>
/// <param name="Found">How many addresses it had before the rest was left out.</param>
/// <param name="ResolvedMilliseconds">When the last answer came; null before the first.</param>
/// <param name="Failure">Why the last lookup failed; null when it did not.</param>
/// <param name="FailuresInARow">Lookups without an answer since the last one.</param>
internal sealed record NameState(IReadOnlyList<IPAddress> Addresses, int Found, long? ResolvedMilliseconds, string? Failure, int FailuresInARow)
{
    public static NameState Unknown { get; } = new([], 0, null, null, 0);

    /// <summary>What is known after a lookup.</summary>
    public NameState After(LookupOutcome outcome, long nowMilliseconds)
    {
        if (outcome.Failure is string failure)
        {
            return this with { Failure = failure, FailuresInARow = FailuresInARow + 1 };
        }

        // Kept as it is when it is the same, so that a comparison is one of references nearly always.
        IReadOnlyList<IPAddress> addresses = Addresses.SequenceEqual(outcome.Addresses) ? Addresses : outcome.Addresses;

        // A late answer is better than none. But a name that is late each time shall not fail and recover each time.
        return outcome.IsLate
            ? this with { Addresses = addresses, Found = outcome.Found, ResolvedMilliseconds = nowMilliseconds }
            : new NameState(addresses, outcome.Found, nowMilliseconds, null, 0);
    }
}
