// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;

namespace LbEngine.Tests.Lifecycle;

/// <summary>
/// What follows from what a flow has carried. In a script, q is a datagram of the client and r a reply, each of 10 bytes;
/// d is a datagram that was dropped on its way to the backend, u takes the last one back, m moves the flow to another backend.
/// </summary>
public sealed class FlowStateTests
{
    [Fact]
    public void TakeSuspicion_AClientThatSendsOnWithoutAnyReply_IsLookedAtEachTimeThatDoubles()
    {
        var state = default(FlowState);
        var looks = new List<int>();
        for (int i = 1; i <= 20; i++)
        {
            state.CountRequests(1, 10);
            if (state.TakeSuspicion())
            {
                looks.Add(i);
            }
        }

        state.CountReplies(1, 10);
        for (int i = 21; i <= 24; i++)
        {
            state.CountRequests(1, 10);
            if (state.TakeSuspicion())
            {
                looks.Add(i);
            }
        }

        Assert.Equal([4, 8, 16, 24], looks);
    }

    private const int Size = 10;

    private static readonly FlowRules Unlimited = FlowRules.Default;

    [Theory]
    [InlineData("unlimited responses: no number of replies completes a flow", 0, 0, "qrrrr", false)]
    [InlineData("one response: the reply of the only request completes it", 0, 1, "qr", true)]
    [InlineData("one response: nothing has come yet", 0, 1, "q", false)]
    [InlineData("one response for each of two requests: one reply is not enough", 0, 1, "qqr", false)]
    [InlineData("one response for each of two requests: two replies are", 0, 1, "qqrr", true)]
    [InlineData("a request after the reply of the first one opens the account again", 0, 1, "qrq", false)]
    [InlineData("more replies than were expected complete it too", 0, 1, "qrr", true)]
    [InlineData("three responses: two are not enough", 0, 3, "qrr", false)]
    [InlineData("three responses for each of two requests: six complete it", 0, 3, "qqrrrrrr", true)]
    [InlineData("three responses for each of two requests: five do not", 0, 3, "qqrrrrr", false)]
    [InlineData("one request and one response, the setting for DNS", 1, 1, "qr", true)]
    [InlineData("two requests wanted, one answered: nginx waits for the second request", 2, 1, "qr", false)]
    [InlineData("two requests wanted, both answered", 2, 1, "qrqr", true)]
    [InlineData("two requests wanted, both sent, one reply on the way", 2, 1, "qqr", false)]
    [InlineData("one response: a datagram that never left has no reply", 0, 1, "qdr", true)]
    [InlineData("one response: the reply of the other one is still on its way", 0, 1, "qqdr", false)]
    [InlineData("one response: nothing has come, and nothing will", 0, 1, "d", false)]
    [InlineData("two requests wanted, one of them was dropped on the way", 2, 1, "qdr", true)]
    [InlineData("moved to another backend: the first one alone went there", 0, 1, "qqqmr", true)]
    [InlineData("moved, and asked again since", 0, 1, "qqqmqr", false)]
    [InlineData("moved twice", 0, 1, "qqmqmr", true)]
    [InlineData("a datagram that was taken back is nobody's", 0, 1, "qqur", true)]
    [InlineData("requests alone: the flow waits for replies until it times out", 1, 0, "qr", false)]
    public void IsComplete_ByScript_CountsResponsesPerRequestAsNginxDoes(string sentence, int requests, int responses, string script, bool expected)
    {
        FlowRules rules = Unlimited with { Requests = requests, Responses = responses };

        FlowState state = Play(script);

        Assert.True(expected == state.IsComplete(rules), sentence);
    }

    [Theory]
    [InlineData("unlimited: the flow takes whatever comes", 0, "qqqqqqqq", true)]
    [InlineData("one request: before it has come", 1, "", true)]
    [InlineData("one request: the next datagram begins another flow", 1, "q", false)]
    [InlineData("one request: a reply changes nothing", 1, "qr", false)]
    [InlineData("three requests: one was dropped, and counts all the same", 3, "qqd", false)]
    [InlineData("three requests: moved, and they count all the same", 3, "qqqm", false)]
    [InlineData("three requests: the third was taken back", 3, "qqqu", true)]
    [InlineData("three requests: two have come", 3, "qrqr", true)]
    [InlineData("three requests: three have come", 3, "qrqrq", false)]
    public void TakesRequests_ByScript_EndsAtTheLimit(string sentence, int requests, string script, bool expected)
    {
        FlowRules rules = Unlimited with { Requests = requests };

        FlowState state = Play(script);

        Assert.True(expected == state.TakesRequests(rules), sentence);
    }

    [Theory]
    [InlineData("no ratio: a small question may have a large answer", 0, "q", 65_507, true)]
    [InlineData("ratio 3: three times the question", 3, "q", 3 * Size, true)]
    [InlineData("ratio 3: one byte more", 3, "q", (3 * Size) + 1, false)]
    [InlineData("ratio 3: an empty reply needs no allowance", 3, "", 0, true)]
    [InlineData("ratio 3: nothing was asked", 3, "", 1, false)]
    [InlineData("ratio 3: what was passed on before counts", 3, "qrr", Size, true)]
    [InlineData("ratio 3: what was passed on before uses the allowance up", 3, "qrrr", 1, false)]
    [InlineData("ratio 3: a second question before any answer adds to the allowance", 3, "qq", 6 * Size, true)]
    [InlineData("ratio 3: but it proves nothing, since a forger sends blindly", 3, "qq", (6 * Size) + 1, false)]
    [InlineData("ratio 3: a question after an answer proves that the client is there", 3, "qrq", 65_507, true)]
    [InlineData("ratio 1: as many bytes as came", 1, "q", Size, true)]
    [InlineData("ratio 1: one byte more", 1, "q", Size + 1, false)]
    public void MayReply_ByScript_HoldsTheRatioUntilTheClientIsConfirmed(string sentence, int ratio, string script, int bytes, bool expected)
    {
        FlowRules rules = Unlimited with { MaxReplyRatio = ratio };

        FlowState state = Play(script);

        Assert.True(expected == state.MayReply(bytes, rules), sentence);
    }

    [Theory]
    [InlineData("nothing was answered", 60_000, 10_000, "q", 10_000, CloseReason.Unanswered)]
    [InlineData("many questions, no answer", 60_000, 10_000, "qqq", 10_000, CloseReason.Unanswered)]
    [InlineData("one answer is enough for the long time-out", 60_000, 10_000, "qr", 60_000, CloseReason.IdleTimeout)]
    [InlineData("a new question does not bring the short one back", 60_000, 10_000, "qrq", 60_000, CloseReason.IdleTimeout)]
    [InlineData("an idle time-out below the other one holds for both", 5_000, 10_000, "q", 5_000, CloseReason.Unanswered)]
    [InlineData("an idle time-out below the other one, answered", 5_000, 10_000, "qr", 5_000, CloseReason.IdleTimeout)]
    public void Timeout_ByScript_IsShortUntilTheFirstReply(
        string sentence,
        int idle,
        int unanswered,
        string script,
        int milliseconds,
        CloseReason reason)
    {
        FlowRules rules = Unlimited with { IdleTimeoutMilliseconds = idle, UnansweredTimeoutMilliseconds = unanswered };

        FlowState state = Play(script);

        Assert.True((milliseconds, reason) == (state.TimeoutMilliseconds(rules), state.TimeoutReason), sentence);
    }

    [Fact]
    public void Counts_BatchesBothWays_AddUp()
    {
        var state = default(FlowState);

        state.CountRequests(32, 3200);
        state.CountReplies(16, 1600);
        state.CountRequests(1, 0);

        Assert.Equal((33, 3200, 16, 1600), (state.Requests, state.BytesFromClient, state.Replies, state.BytesToClient));
    }

    private static FlowState Play(string script)
    {
        var state = default(FlowState);
        foreach (char step in script)
        {
            switch (step)
            {
                case 'q':
                    state.CountRequests(1, Size);
                    break;
                case 'd':
                    state.CountRequests(1, Size);
                    state.CountLost(1);
                    break;
                case 'u':
                    state.UncountRequests(1, Size);
                    break;
                case 'm':
                    state.CountMoved();
                    break;
                default:
                    state.CountReplies(1, Size);
                    break;
            }
        }

        return state;
    }
}
