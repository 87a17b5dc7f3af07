// SPDX-License-Identifier: MIT
namespace LbEngine.Admission;

/// <summary>Says of each client whether it may come in, before a backend is chosen for it: a block list, an allow list, a rate of your own.</summary>
/// <remarks>
/// <para>
/// Asked once for each connection, and for the first datagram of each UDP flow, after the limits of engine and listener and before those of the client.
/// Leases are not asked about: their front end knows its clients itself.
/// </para>
/// <para>
/// Called on the threads that move bytes, by several at once: it must answer from memory within some microseconds and must not block, since all
/// connections of that thread wait meanwhile. Look things up elsewhere, and swap the result in with one reference write. What it throws is logged and
/// turns the client away.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// internal sealed class BlockList(FrozenSet&lt;IPAddress&gt; blocked) : IConnectionFilter
/// {
///     public string? FindObjection(in ConnectionAttempt attempt) => blocked.Contains(attempt.Client.Address) ? "on the block list" : null;
/// }
/// </code>
/// </example>
public interface IConnectionFilter
{
    /// <summary>Null lets the client in. Anything else turns it away, and is the reason in the log and in the event.</summary>
    /// <param name="attempt">Who comes, and where. Good for this call alone.</param>
    string? FindObjection(in ConnectionAttempt attempt);
}
