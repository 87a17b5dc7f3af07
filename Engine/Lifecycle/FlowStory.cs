// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace LbEngine.Lifecycle;

/// <summary>What becomes of a datagram and of its flow, whatever carries them. Pure: values in, a verdict out; no socket, no table, no clock.</summary>
/// <remarks>
/// The transports ask, and do what they are told: all of them tell one story, and a test in memory proves the others. Room is
/// made at most once for one datagram at each point of it, so that no flood can keep a thread here.
/// </remarks>
internal static class FlowStory
{
    /// <summary>Longer first datagrams are not kept for another backend: what opens a protocol fits into one Ethernet frame.</summary>
    public const int MaxKeptBytes = 1472;

    /// <summary>
    /// First datagrams that one owner of flows keeps at once, 6 MB. Under a flood of forged clients no more is kept: those flows simply lose the
    /// second chance.
    /// </summary>
    public const int MaxKeptDatagrams = 4096;

    /// <summary>How long after its arrival a first datagram may go to another backend.</summary>
    /// <remarks>
    /// A resolver of a client waits 5 s for an answer (resolv.conf(5)); a refusal takes one round trip. A later one is the answer to
    /// a later datagram: a protocol that is never answered, such as syslog, would have its oldest message delivered twice.
    /// </remarks>
    public const int SecondChanceMilliseconds = 5000;

    // A route that flaps loses a datagram or two; a host that is gone loses them all, and a client that sends on must not stay there for ever.
    private const int MostUnreachable = 3;

    // As many as a pool's connectAttempts at most: a flow that moves from one dead backend to the next takes its later datagrams along.
    private const int MaxRefusalsMet = 8;

    /// <summary>A client has a flow and sends: the flow takes the datagram, or another one has to be begun.</summary>
    /// <param name="keepsBackend">The flow may go on with its backend.</param>
    /// <param name="state">What it has carried.</param>
    /// <param name="rules">What its listener demands.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FlowVerdict OnDatagram(bool keepsBackend, in FlowState state, FlowRules rules) =>
        !keepsBackend ? FlowVerdict.End(CloseReason.BackendLeft)
        : state.TakesRequests(rules) ? new FlowVerdict(FlowStep.Use)
        : new FlowVerdict(FlowStep.Detach);

    /// <summary>A flow is to be detached, for which it needs a second row for a moment, and the table is full.</summary>
    /// <remarks>Without any unanswered flow it goes itself, since it would be found for ever: its own next datagrams would all be lost, and it is
    /// answered.</remarks>
    /// <param name="hasMadeRoom">Room was made for that already, or there was none to make.</param>
    public static FlowVerdict OnNoRowToDetach(bool hasMadeRoom) =>
        hasMadeRoom ? FlowVerdict.End(CloseReason.Evicted) : new FlowVerdict(FlowStep.MakeRoom);

    /// <summary>A client is to be admitted, and the engine or its listener is full.</summary>
    /// <param name="hasMadeRoom">Room was made for that already, or there was none to make: flows that were answered stay.</param>
    public static FlowVerdict OnFull(bool hasMadeRoom) => new(hasMadeRoom ? FlowStep.Drop : FlowStep.MakeRoom);

    /// <summary>No socket towards the flow's backend could be opened, or its backend has refused.</summary>
    /// <remarks>
    /// What this host lacks it lacks for every backend, and a flow that ends gives back a port and a descriptor. An address that is not here no flow gives
    /// back.
    /// </remarks>
    /// <param name="failure">Why.</param>
    /// <param name="hasMadeRoom">Room was made for that already, or there was none to make.</param>
    public static FlowVerdict OnFailure(ConnectFailure failure, bool hasMadeRoom) =>
        EndRules.BlamesBackend(failure) || failure == ConnectFailure.NoSourceAddress ? new FlowVerdict(FlowStep.Retry)
        : hasMadeRoom ? FlowVerdict.End(FlowReasons.Ended(failure))
        : new FlowVerdict(FlowStep.MakeRoom);

    /// <summary>Something was learnt of the way to a flow's backend, as a rule by an ICMP message about an earlier datagram, which is lost.</summary>
    /// <param name="error">What.</param>
    /// <param name="state">
    /// What the flow has carried, this error included. One that was answered does not move: nobody knows which datagram met the error, and clients may
    /// rely on who answered.
    /// </param>
    /// <param name="hasFirst">A copy of the first datagram is kept.</param>
    /// <param name="ageMilliseconds">Time since the flow began.</param>
    public static FlowVerdict OnPathError(PathError error, in FlowState state, bool hasFirst, long ageMilliseconds) => error switch
    {
        PathError.None or PathError.TooLarge => new FlowVerdict(FlowStep.Use),
        PathError.Local => FlowVerdict.End(CloseReason.PathLost),
        PathError.Unreachable when state.IsAnswered && state.UnreachableInARow < MostUnreachable => new FlowVerdict(FlowStep.Use),
        _ when !state.IsAnswered && hasFirst && ageMilliseconds <= SecondChanceMilliseconds => new FlowVerdict(FlowStep.Retry),
        _ => FlowVerdict.End(FlowReasons.Ended(FlowReasons.Failure(error))),
    };

    /// <summary>True when the first datagram is to be sent once more to the same backend: it was the one that was too large, and now is cut to size.</summary>
    public static bool RepeatsFirst(PathError error, in FlowState state, bool hasFirst) =>
        error == PathError.TooLarge && hasFirst && state is { IsAnswered: false, Requests: 1 };

    /// <summary>
    /// A datagram was not sent, since the send met the error of an earlier one, or could not be. That flow has moved or ended, or goes on; this datagram
    /// is looked at anew.
    /// </summary>
    /// <param name="errorsMet">How often that has happened to it, this time included.</param>
    /// <param name="isLocal">This host cannot send: a flow begun anew helps, or none does.</param>
    public static FlowVerdict OnUnsent(int errorsMet, bool isLocal = false) =>
        new(errorsMet < (isLocal ? 2 : MaxRefusalsMet) ? FlowStep.Use : FlowStep.Drop);

    /// <summary>True when a copy of a flow's first datagram is worth its memory.</summary>
    /// <param name="bytes">Its length.</param>
    /// <param name="kept">Copies that the owner has out.</param>
    /// <param name="attempts">Backends that the flow has tried, the present one included.</param>
    /// <param name="maxAttempts">The pool's <c>connectAttempts</c>.</param>
    public static bool KeepsFirst(int bytes, int kept, int attempts, int maxAttempts) =>
        bytes <= MaxKeptBytes && kept < MaxKeptDatagrams && attempts < maxAttempts;
}
