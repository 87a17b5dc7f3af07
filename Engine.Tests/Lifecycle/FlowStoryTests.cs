// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;

namespace LbEngine.Tests.Lifecycle;

/// <summary>
/// Each row is a sentence, what has happened, and what follows. What happens: Datagram (how many the flow has taken of how many it
/// may), Full, NoRow, Failed, Refused, Unsent; "room" says that room was made before.
/// </summary>
public sealed class FlowStoryTests
{
    public static TheoryData<string, string, string> Datagrams => new()
    {
        { "the client of a flow sends again: the flow takes it", "keeps 5/-", "Use" },
        { "the flow may have one more", "keeps 2/3", "Use" },
        { "the flow has all that it may have: it goes aside for its replies, another one begins", "keeps 3/3", "Detach" },
        { "its backend left: it ends, another one begins elsewhere", "left 5/-", "End BackendLeft" },
        { "its backend left and it has all that it may have: it has no replies to wait for", "left 3/3", "End BackendLeft" },
    };

    public static TheoryData<string, string, string> Rooms => new()
    {
        { "the engine or the listener is full: the oldest flow that was never answered goes", "Full", "MakeRoom" },
        { "still full, or there was none: flows that were answered stay, and the newcomer is dropped", "Full room", "Drop" },
        { "a flow has all its requests and no row to go aside to: the oldest that was never answered goes", "NoRow", "MakeRoom" },
        { "still no row: it goes itself, or each next datagram of its client would be lost", "NoRow room", "End Evicted" },
        { "no port is free: a flow that ends gives one back", "NoLocalPort", "MakeRoom" },
        { "its source address is not here: another backend may be reached from another one", "NoSourceAddress", "Retry" },
        { "still no port: another backend would meet the same", "NoLocalPort room", "End ResourceExhausted" },
        { "no descriptor or memory: a flow that ends gives some back", "NoResources", "MakeRoom" },
        { "still none", "NoResources room", "End ResourceExhausted" },
        { "no route to the backend: another one may have one", "Unreachable", "Retry" },
        { "no route to the next one either, room or not", "Unreachable room", "Retry" },
        { "nothing listens at the backend", "Refused", "Retry" },
        { "a firewall is in the way", "Prohibited", "Retry" },
    };

    /// <summary>A sentence, the error, replies so far, how often the backend was unreachable since then, whether a copy is kept, the age, what follows.</summary>
    public static TheoryData<string, string, int, int, bool, int, string> Errors => new()
    {
        { "the first datagram is refused at once: another backend gets it", "Refused", 0, 0, true, 0, "Retry" },
        { "just in time", "Refused", 0, 0, true, 5000, "Retry" },
        { "too late: it is the answer to a later datagram, and nobody waits for the first any more", "Refused", 0, 0, true, 5001, "End BackendRefused" },
        { "no copy was kept: it is lost", "Refused", 0, 0, false, 0, "End BackendRefused" },
        { "the backend has answered before: the client knows it, and sends again if it likes", "Refused", 1, 0, false, 0, "End BackendRefused" },
        { "answered, whatever is left of a copy", "Refused", 1, 0, true, 0, "End BackendRefused" },
        { "a firewall forbids the first datagram: another backend gets it", "Prohibited", 0, 0, true, 0, "Retry" },
        { "a firewall has come up: a client that sends on must not stay there", "Prohibited", 1, 0, false, 0, "End BackendRefused" },
        { "no way for the first datagram: another backend gets it", "Unreachable", 0, 1, true, 0, "Retry" },
        { "no way, no copy", "Unreachable", 0, 1, false, 0, "End ConnectFailed" },
        { "a route flaps under a flow that lives", "Unreachable", 5, 1, false, 0, "Use" },
        { "once more", "Unreachable", 5, 2, false, 0, "Use" },
        { "the third time without a reply: nobody is there", "Unreachable", 5, 3, false, 0, "End ConnectFailed" },
        { "too large for the path: the next ones are cut to size", "TooLarge", 0, 0, true, 0, "Use" },
        { "too large, of a flow that lives", "TooLarge", 5, 0, false, 0, "Use" },
        { "this host has lost the flow's address: another flow gets a new one", "Local", 5, 0, false, 0, "End PathLost" },
        { "at once, whatever copy there is: the backend is not at fault", "Local", 0, 0, true, 0, "End PathLost" },
        { "nothing that anybody could act on", "None", 0, 0, true, 0, "Use" },
    };

    public static TheoryData<string, int, int, int, int, bool> Copies => new()
    {
        { "a query", 60, 0, 1, 3, true },
        { "an empty datagram", 0, 0, 1, 3, true },
        { "a full frame", FlowStory.MaxKeptBytes, 0, 1, 3, true },
        { "a byte more", FlowStory.MaxKeptBytes + 1, 0, 1, 3, false },
        { "the last copy that may be kept", 60, FlowStory.MaxKeptDatagrams - 1, 1, 3, true },
        { "one flow of a flood too many", 60, FlowStory.MaxKeptDatagrams, 1, 3, false },
        { "the last attempt: nobody would get it", 60, 0, 3, 3, false },
        { "one attempt is left", 60, 0, 2, 3, true },
        { "connectAttempts: 1 allows no second chance", 60, 0, 1, 1, false },
    };

    [Theory]
    [MemberData(nameof(Datagrams))]
    public void OnDatagram_OfAClientWithAFlow_FollowsTheSentence(string sentence, string happened, string expected)
    {
        string[] words = happened.Split(' ', '/');
        var state = default(FlowState);
        state.CountRequests(int.Parse(words[1]), 0);
        FlowRules rules = FlowRules.Default with { Requests = words[2] == "-" ? 0 : int.Parse(words[2]) };

        FlowVerdict verdict = FlowStory.OnDatagram(words[0] == "keeps", state, rules);

        Assert.True(expected == Describe(verdict), $"{sentence}: {Describe(verdict)}");
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Shortage_WithoutAndAfterRoomWasMade_FollowsTheSentence(string sentence, string happened, string expected)
    {
        string[] words = happened.Split(' ');
        bool hasMadeRoom = words.Length > 1;

        FlowVerdict verdict = words[0] switch
        {
            "Full" => FlowStory.OnFull(hasMadeRoom),
            "NoRow" => FlowStory.OnNoRowToDetach(hasMadeRoom),
            _ => FlowStory.OnFailure(Enum.Parse<ConnectFailure>(words[0]), hasMadeRoom),
        };

        Assert.True(expected == Describe(verdict), $"{sentence}: {Describe(verdict)}");
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void OnPathError_ByWhatTheFlowHasSeen_FollowsTheSentence(
        string sentence, string error, int replies, int unreachable, bool hasFirst, int age, string expected)
    {
        var state = default(FlowState);
        state.CountRequests(1, 10);
        if (replies > 0)
        {
            state.CountReplies(replies, 10);
        }

        for (int i = 0; i < unreachable; i++)
        {
            state.CountUnreachable();
        }

        FlowVerdict verdict = FlowStory.OnPathError(Enum.Parse<PathError>(error), state, hasFirst, age);

        Assert.True(expected == Describe(verdict), $"{sentence}: {Describe(verdict)}");
    }

    [Fact]
    public void OnPathError_AReplyInBetween_BeginsToCountAnew()
    {
        var state = default(FlowState);
        state.CountReplies(1, 10);
        for (int i = 0; i < 10; i++)
        {
            state.CountUnreachable();
            state.CountUnreachable();
            Assert.Equal(FlowStep.Use, FlowStory.OnPathError(PathError.Unreachable, state, hasFirst: false, 0).Step);
            state.CountReplies(1, 10);
        }
    }

    [Theory]
    [InlineData("the only datagram was too large", "TooLarge", 1, 0, true, true)]
    [InlineData("it may have been the second one", "TooLarge", 2, 0, true, false)]
    [InlineData("the first one has arrived", "TooLarge", 1, 1, true, false)]
    [InlineData("no copy", "TooLarge", 1, 0, false, false)]
    [InlineData("another error", "Unreachable", 1, 0, true, false)]
    public void RepeatsFirst_ByWhatTheFlowHasSeen_FollowsTheSentence(
        string sentence, string error, int requests, int replies, bool hasFirst, bool expected)
    {
        var state = default(FlowState);
        state.CountRequests(requests, 10);
        if (replies > 0)
        {
            state.CountReplies(replies, 10);
        }

        Assert.True(expected == FlowStory.RepeatsFirst(Enum.Parse<PathError>(error), state, hasFirst), sentence);
    }

    [Fact]
    public void OnUnsent_ThisHostCannotSend_IsTriedWithOneMoreFlow()
    {
        Assert.Equal(
            [FlowStep.Use, FlowStep.Drop],
            [FlowStory.OnUnsent(1, isLocal: true).Step, FlowStory.OnUnsent(2, isLocal: true).Step]);
    }

    [Theory]
    [MemberData(nameof(Copies))]
    public void KeepsFirst_ByLengthAndNumber_FollowsTheSentence(string sentence, int bytes, int kept, int attempts, int maxAttempts, bool expected)
    {
        Assert.True(expected == FlowStory.KeepsFirst(bytes, kept, attempts, maxAttempts), sentence);
    }

    [Fact]
    public void OnUnsent_AgainAndAgain_IsLostAfterAsManyRefusalsAsAPoolHasAttempts()
    {
        FlowStep[] steps = [.. Enumerable.Range(1, 9).Select(met => FlowStory.OnUnsent(met).Step)];

        Assert.Equal([.. Enumerable.Repeat(FlowStep.Use, 7), FlowStep.Drop, FlowStep.Drop], steps);
    }

    private static string Describe(FlowVerdict verdict) =>
        verdict.Step == FlowStep.End ? $"{verdict.Step} {verdict.Reason}" : $"{verdict.Step}";
}
