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
        { "still no port: another backend would meet the same", "NoLocalPort room", "End ResourceExhausted" },
        { "no descriptor or memory: a flow that ends gives some back", "NoResources", "MakeRoom" },
        { "still none", "NoResources room", "End ResourceExhausted" },
        { "no route to the backend: another one may have one", "Unreachable", "Retry" },
        { "no route to the next one either, room or not", "Unreachable room", "Retry" },
        { "nothing listens at the backend", "Refused", "Retry" },
    };

    public static TheoryData<string, bool, bool, int, string> Refusals => new()
    {
        { "the first datagram is refused at once: another backend gets it", false, true, 0, "Retry" },
        { "just in time", false, true, 5000, "Retry" },
        { "too late: the refusal is the answer to a later datagram, and nobody waits for the first any more", false, true, 5001, "End BackendRefused" },
        { "no copy was kept: it is lost", false, false, 0, "End BackendRefused" },
        { "the backend has answered before: the client knows it, and sends again if it likes", true, false, 0, "End BackendRefused" },
        { "answered, whatever is left of a copy", true, true, 0, "End BackendRefused" },
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
    [MemberData(nameof(Refusals))]
    public void OnRefused_ByWhatTheFlowHasSeen_FollowsTheSentence(string sentence, bool isAnswered, bool hasFirst, int age, string expected)
    {
        FlowVerdict verdict = FlowStory.OnRefused(isAnswered, hasFirst, age);

        Assert.True(expected == Describe(verdict), $"{sentence}: {Describe(verdict)}");
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
