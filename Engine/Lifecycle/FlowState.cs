// SPDX-License-Identifier: MIT
using System.Numerics;

namespace LbEngine.Lifecycle;

/// <summary>What a flow has carried, and what follows from it: when it is complete, when it times out, what may still pass. Pure; owner only.</summary>
internal struct FlowState
{
    // From here on, and each time that it doubles: rare enough for some system calls.
    private const int FewInSilence = 4;

    private long _lost;
    private long _silent;
    private bool _isSuspicious;

    /// <summary>Datagrams from the client.</summary>
    public long Requests { get; private set; }

    /// <summary>Datagrams from the backend that were passed on.</summary>
    public long Replies { get; private set; }

    public long BytesFromClient { get; private set; }

    public long BytesToClient { get; private set; }

    /// <summary>How often the backend was unreachable since its last reply.</summary>
    public int UnreachableInARow { get; private set; }

    /// <summary>The client has sent again after a reply: its address is not forged.</summary>
    public bool IsConfirmed { get; private set; }

    public readonly bool IsAnswered => Replies > 0;

    public readonly CloseReason TimeoutReason => IsAnswered ? CloseReason.IdleTimeout : CloseReason.Unanswered;

    /// <summary>Counts datagrams of the client that go to the backend.</summary>
    public void CountRequests(int datagrams, int bytes)
    {
        long silent = _silent + datagrams;
        _isSuspicious |= silent >= FewInSilence && BitOperations.Log2((ulong)silent) != BitOperations.Log2((ulong)_silent);
        _silent = silent;
        IsConfirmed |= IsAnswered;
        Requests += datagrams;
        BytesFromClient += bytes;
    }

    /// <summary>
    /// True once when the client has sent twice as much as at the last look, without any reply: somebody should look whether this host still has the
    /// address that the flow sends from. IPv6 goes on sending without a word.
    /// </summary>
    public bool TakeSuspicion()
    {
        bool isSuspicious = _isSuspicious;
        _isSuspicious = false;
        return isSuspicious;
    }

    /// <summary>Takes datagrams back that were counted and are not this flow's after all.</summary>
    public void UncountRequests(int datagrams, int bytes)
    {
        Requests -= datagrams;
        BytesFromClient -= bytes;
    }

    /// <summary>Datagrams of the client were dropped on the way: they count for the flow, and nobody waits for their replies.</summary>
    public void CountLost(int datagrams) => _lost += datagrams;

    /// <summary>A router has said that it has no way to the backend.</summary>
    public void CountUnreachable() => UnreachableInARow++;

    /// <summary>The first datagram alone goes to another backend: of those that have come so far, only its reply is waited for.</summary>
    public void CountMoved() => _lost = Math.Max(0, Requests - 1);

    /// <summary>Counts replies that go to the client, whether the client's side then takes them or not: the backend has answered.</summary>
    public void CountReplies(int datagrams, int bytes)
    {
        UnreachableInARow = 0;
        _silent = 0;
        _isSuspicious = false;
        Replies += datagrams;
        BytesToClient += bytes;
    }

    /// <summary>True while another datagram of the client belongs to this flow.</summary>
    public readonly bool TakesRequests(FlowRules rules) => rules.Requests == 0 || Requests < rules.Requests;

    /// <summary>True when replies of that many bytes may go to the client: a forged source address must not turn a few bytes into many.</summary>
    /// <remarks>The rule of RFC 9000, section 8.1, where the ratio is 3.</remarks>
    public readonly bool MayReply(int bytes, FlowRules rules) =>
        rules.MaxReplyRatio == 0 || IsConfirmed || BytesToClient + bytes <= BytesFromClient * rules.MaxReplyRatio;

    /// <summary>
    /// True when every expected reply was passed on. Replies are expected for each request that reached a backend, so that none of several in flight
    /// is lost.
    /// </summary>
    /// <remarks>As in nginx (ngx_stream_proxy_test_finalize): a flow that has requests left is not complete, or a number of requests would mean
    /// nothing beside a number of responses.</remarks>
    public readonly bool IsComplete(FlowRules rules) =>
        rules.Responses != 0
        && Replies >= Math.Max(1, Requests - _lost) * rules.Responses
        && (rules.Requests == 0 || Requests >= rules.Requests);

    public readonly int TimeoutMilliseconds(FlowRules rules) =>
        IsAnswered ? rules.IdleTimeoutMilliseconds : Math.Min(rules.UnansweredTimeoutMilliseconds, rules.IdleTimeoutMilliseconds);
}
