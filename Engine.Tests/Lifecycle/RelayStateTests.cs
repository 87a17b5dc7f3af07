// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;

namespace LbEngine.Tests.Lifecycle;

/// <summary>
/// Each row is a sentence, the steps that it tells of, and what holds afterwards. Steps: C and B = the FIN of client or backend
/// is read, c and b = it is handed on, X = the connection ends; a step in brackets must be refused.
/// Flags: rC, rB = may read from; oC, oB = owes the FIN that came from; half, complete, ended.
/// </summary>
public class RelayStateTests
{
    public static TheoryData<string, string, string> Stories => new()
    {
        { "nothing has ended: both sides may be read", "", "rC rB" },
        { "the client half-closes: its FIN is owed to the backend, the backend may still answer", "C", "rB oC half" },
        { "the backend half-closes: its FIN is owed to the client, the client may still send", "B", "rC oB half" },
        { "the client's FIN is handed on: still half closed, nothing owed", "Cc", "rB half" },
        { "the backend's FIN is handed on: still half closed, nothing owed", "Bb", "rC half" },
        { "both FINs are read before either is handed on: both are owed", "CB", "oC oB half" },
        { "both FINs are read, the client's is handed on first: the backend's is still owed", "CBc", "oB half" },
        { "both FINs are read, the backend's is handed on first: the client's is still owed", "CBb", "oC half" },
        { "request, answer, close: complete", "CcBb", "complete" },
        { "the backend closes first, then the client: complete", "BbCc", "complete" },
        { "both at once, handed on crosswise: complete", "BCcb", "complete" },
        { "the client's FIN is read twice: the second counts for nothing", "C(C)", "rB oC half" },
        { "the FIN is read again after it was handed on: counts for nothing", "Cc(C)", "rB half" },
        { "a FIN is handed on that was never read: refused", "(c)(b)", "rC rB" },
        { "a FIN is handed on twice: refused, so it is never sent twice", "Cc(c)", "rB half" },
        { "reset while open: no side is read any more", "X", "ended" },
        { "reset while the client's FIN is owed: it is not owed any more", "CX", "half ended" },
        { "reset after the client's FIN was handed on", "CcX", "half ended" },
        { "reset while both FINs are owed: neither is owed any more", "CBX", "half ended" },
        { "reset while one of two FINs is owed", "CBcX", "half ended" },
        { "a complete connection ends", "CcBbX", "complete ended" },
        { "the end comes twice: the second is refused", "X(X)", "ended" },
        { "a FIN that arrives after the end counts for nothing", "X(C)(B)", "ended" },
        { "a FIN that was owed at the end cannot be handed on later", "CX(c)", "half ended" },
    };

    [Theory]
    [MemberData(nameof(Stories))]
    public void Story_AfterEachStep_HoldsWhatItSays(string story, string steps, string expected)
    {
        var state = new RelayState();
        bool expectRefusal = false;
        foreach (char step in steps)
        {
            if (step is '(' or ')')
            {
                expectRefusal = step == '(';
                continue;
            }

            Assert.True(Take(ref state, step) != expectRefusal, $"{story}: step {step}");
        }

        Assert.Equal(expected, Describe(state));
    }

    [Theory]
    [InlineData("", CloseReason.IdleTimeout)]
    [InlineData("C", CloseReason.HalfCloseTimeout)]
    [InlineData("Bb", CloseReason.HalfCloseTimeout)]
    [InlineData("CB", CloseReason.HalfCloseTimeout)]
    public void TimeoutReason_StateWhenTheTimerFires_TellsIdleFromHalfClosed(string steps, CloseReason expected)
    {
        var state = new RelayState();
        foreach (char step in steps)
        {
            Take(ref state, step);
        }

        Assert.Equal(expected, state.TimeoutReason);
    }

    [Fact]
    public void TryEnd_EveryStoryUpToSixSteps_SucceedsExactlyOnce()
    {
        const string Steps = "CBcbX";
        for (int story = 0; story < 15_625; story++)
        {
            var state = new RelayState();
            int ends = 0;
            for (int i = 0, rest = story; i < 6; i++, rest /= 5)
            {
                char step = Steps[rest % 5];
                ends += Take(ref state, step) && step == 'X' ? 1 : 0;
            }

            ends += state.TryEnd() ? 1 : 0;

            Assert.Equal(1, ends);
            Assert.False(state.MayRead(Side.Client) || state.MayRead(Side.Backend) || state.OwesFin(Side.Client) || state.OwesFin(Side.Backend));
        }
    }

    private static bool Take(ref RelayState state, char step) => step switch
    {
        'C' => state.InputEnded(Side.Client),
        'B' => state.InputEnded(Side.Backend),
        'c' => state.FinPassedOn(Side.Client),
        'b' => state.FinPassedOn(Side.Backend),
        _ => state.TryEnd(),
    };

    private static string Describe(RelayState state)
    {
        var flags = new List<string>();
        Add(state.MayRead(Side.Client), "rC");
        Add(state.MayRead(Side.Backend), "rB");
        Add(state.OwesFin(Side.Client), "oC");
        Add(state.OwesFin(Side.Backend), "oB");
        Add(state.IsHalfClosed, "half");
        Add(state.IsComplete, "complete");
        Add(state.IsEnded, "ended");
        return string.Join(' ', flags);

        void Add(bool holds, string flag)
        {
            if (holds)
            {
                flags.Add(flag);
            }
        }
    }
}
