// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Health.Active;

namespace LbEngine.Tests.Health.Active;

/// <summary>
/// In a script, + is a success, - a failure, ? a probe that says nothing; in what is expected, one letter per probe: u(p), d(own) or
/// n(obody knows), capital right after a change.
/// </summary>
public sealed class ProbeJudgeTests
{
    [Theory]
    [InlineData("the first success decides alone", 2, 3, "+", "U")]
    [InlineData("the first failure decides alone", 2, 3, "-", "D")]
    [InlineData("three failures in a row take it out, two do not", 2, 3, "+---", "UuuD")]
    [InlineData("a success between them starts the count anew", 2, 3, "+--+---", "UuuuuuD")]
    [InlineData("two successes in a row bring it back, one does not", 2, 3, "-++", "DdU")]
    [InlineData("a failure between them starts the count anew", 2, 3, "-+-++", "DdddU")]
    [InlineData("rise 1 and fall 1 follow every probe", 1, 1, "+-+-", "UDUD")]
    [InlineData("a probe that says nothing is no first probe", 2, 3, "?-", "nD")]
    [InlineData("one that says nothing is neither failure nor success", 2, 2, "+-?-", "UuuD")]
    [InlineData("nor does a thousandth of them take anybody out", 1, 1, "+????????", "Uuuuuuuuu")]
    [InlineData("one that flaps with each probe stays as it was", 2, 3, "+-+-+-+-+-", "Uuuuuuuuuu")]
    [InlineData("and stays out when it was out", 2, 3, "-+-+-+-+-+", "Dddddddddd")]
    public void Observe_Script_GivesTheseStates(string sentence, int rise, int fall, string script, string expected)
    {
        var judge = new ProbeJudge();

        string states = string.Concat(script.Select(probe => Letter(judge.Observe(Verdict(probe), rise, fall), judge.State)));

        Assert.True(expected == states, $"{sentence}: {states}");
    }

    [Theory]
    [InlineData("it stands firm", "+", false)]
    [InlineData("one failure: it may fall", "+-", true)]
    [InlineData("it has fallen", "+---", false)]
    [InlineData("one success: it may rise", "+---+", true)]
    [InlineData("a probe that says nothing is to be repeated soon", "+?", true)]
    [InlineData("until one says something", "+?+", false)]
    public void IsChanging_AfterAScript_SaysWhetherToAskSoon(string sentence, string script, bool expected)
    {
        var judge = new ProbeJudge();

        foreach (char probe in script)
        {
            judge.Observe(Verdict(probe), 2, 3);
        }

        Assert.True(expected == judge.IsChanging, sentence);
    }

    [Fact]
    public void Observe_FallIsLoweredMeanwhile_CountsWhatWasSeen()
    {
        var judge = new ProbeJudge();
        judge.Observe(ProbeVerdict.Success, 2, 5);
        judge.Observe(ProbeVerdict.Failure, 2, 5);
        judge.Observe(ProbeVerdict.Failure, 2, 5);

        bool changed = judge.Observe(ProbeVerdict.Failure, 2, 2);

        Assert.True(changed);
        Assert.Equal((HealthState.Down, 3), (judge.State, judge.Failures));
    }

    /// <summary>Random probes against a second account of the rules: the state is what the last long enough run of equal probes said.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Observe_RandomProbes_KeepsEveryRule(int seed)
    {
        var random = new Random(seed);
        int rise = random.Next(1, 6);
        int fall = random.Next(1, 6);
        var judge = new ProbeJudge();
        var told = new List<bool>();
        var expected = HealthState.Unknown;
        int changes = 0;

        for (int step = 0; step < 20_000; step++)
        {
            var verdict = (ProbeVerdict)random.Next(3);
            bool changed = judge.Observe(verdict, rise, fall);
            HealthState before = expected;
            if (verdict != ProbeVerdict.Unknown)
            {
                told.Add(verdict == ProbeVerdict.Success);
                expected = Account(expected, told, rise, fall);
            }

            Assert.Equal(expected, judge.State);
            Assert.Equal(before != expected, changed);
            Assert.Equal(told.AsEnumerable().Reverse().TakeWhile(success => !success).Take(100).Count(), Math.Min(100, judge.Failures));
            changes += changed ? 1 : 0;
        }

        Assert.True(changes > 50, $"Only {changes} changes: the test proves less than it says.");
    }

    private static HealthState Account(HealthState state, List<bool> told, int rise, int fall)
    {
        bool last = told[^1];
        int run = told.AsEnumerable().Reverse().TakeWhile(success => success == last).Take(10).Count();
        return state == HealthState.Unknown || run >= (last ? rise : fall) ? (last ? HealthState.Up : HealthState.Down) : state;
    }

    private static ProbeVerdict Verdict(char probe) => probe switch
    {
        '+' => ProbeVerdict.Success,
        '-' => ProbeVerdict.Failure,
        _ => ProbeVerdict.Unknown,
    };

    private static char Letter(bool changed, HealthState state)
    {
        char letter = state switch
        {
            HealthState.Up => 'u',
            HealthState.Down => 'd',
            _ => 'n',
        };
        return changed ? char.ToUpperInvariant(letter) : letter;
    }
}
