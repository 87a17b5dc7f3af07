// SPDX-License-Identifier: MIT
namespace LbEngine.Lifecycle;

/// <summary>What a flow has carried, and what follows from it: when it is complete, when it times out, what may still pass. Pure; owner only.</summary>
internal struct FlowState
{
    private long _lost;

    /// <summary>Datagrams from the client.</summary>
    public long Requests { get; private set; }

    /// <summary>Datagrams from the backend that were passed on.</summary>
    public long Replies { get; private set; }

    public long BytesFromClient { get; private set; }

    public long BytesToClient { get; private set; }

    /// <summary>The client has sent again after a reply: its address is not forged.</summary>
    public bool IsConfirmed { get; private set; }

    public readonly bool IsAnswered => Replies > 0;

    public readonly CloseReason TimeoutReason => IsAnswered ? CloseReason.IdleTimeout : CloseReason.Unanswered;

    /// <summary>Counts datagrams of the client that go to the backend.</summary>
    public void CountRequests(int datagrams, int bytes)
    {
        IsConfirmed |= IsAnswered;
        Requests += datagrams;
        BytesFromClient += bytes;
    }

    /// <summary>Takes datagrams back that were counted and are not this flow's after all.</summary>
    public void UncountRequests(int datagrams, int bytes)
    {
        Requests -= datagrams;
        BytesFromClient -= bytes;
    }

    /// <summary>Datagrams of the client were dropped on the way: they count for the flow, and nobody waits for their replies.</summary>
    public void CountLost(int datagrams) => _lost += datagrams;

    /// <summary>The first datagram alone goes to another backend: of those that have come so far, only its reply is waited for.</summary>
    public void CountMoved() => _lost = Math.Max(0, Requests - 1);

    /// <summary>Counts replies that go to the client, whether the client's side then takes them or not: the backend has answered.</summary>
    public void CountReplies(int datagrams, int bytes)
    {
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
