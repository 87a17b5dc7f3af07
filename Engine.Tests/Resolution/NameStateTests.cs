// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Resolution;

namespace LbEngine.Tests.Resolution;

/// <summary>Lookups one after the other, a second apart; each is an answer such as <c>1,2</c> (10.0.0.1 and 10.0.0.2), <c>late 1</c>, or a failure.</summary>
public class NameStateTests
{
    public static TheoryData<string, string, string> Rows => new()
    {
        { "nothing is known before the first lookup", "", "- never" },
        { "an answer is in use", "1,2", "1,2 at 1" },
        { "an answer replaces the last one", "1,2; 3", "3 at 2" },
        { "another order changes nothing but the age", "1,2; 2,1", "1,2 at 2" },
        { "a failure before any answer leaves nothing", "fail", "- never, failed 1" },
        { "a failure leaves the last answer in use", "1,2; fail", "1,2 at 1, failed 1" },
        { "an empty answer is a failure", "1; none", "1 at 1, failed 1" },
        { "failures add up", "1; fail; none; fail", "1 at 1, failed 3" },
        { "an answer ends the failure", "1; fail; fail; 2", "2 at 4" },
        { "the same answer ends it too", "1; fail; 1", "1 at 3" },
        { "a late answer is used, and still counts as failing", "1; fail; late 2", "2 at 3, failed 1" },
        { "an answer in time ends that", "1; fail; late 2; 2", "2 at 4" },
        { "late each time is failing all the time", "fail; late 1; fail; late 1", "1 at 4, failed 2" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void After_EachLookup_KeepsTheLastAnswer(string row, string lookups, string expected)
    {
        NameState state = NameState.Unknown;
        long second = 0;
        foreach (string lookup in lookups.Split("; ", StringSplitOptions.RemoveEmptyEntries))
        {
            state = state.After(Read(lookup), ++second * 1000);
        }

        Assert.Equal((row, expected), (row, Describe(state)));
    }

    [Fact]
    public void After_TheSameAnswer_KeepsTheSameList()
    {
        NameState first = NameState.Unknown.After(Read("1,2"), 1000);

        NameState second = first.After(Read("2,1"), 2000).After(Read("fail"), 3000);

        Assert.Same(first.Addresses, second.Addresses);
    }

    private static LookupOutcome Read(string lookup)
    {
        string answer = lookup.Replace("late ", "", StringComparison.Ordinal);
        return answer switch
        {
            "fail" => LookupOutcome.Failed("why"),
            "none" => LookupOutcome.Of([], ResolveFamily.Any),
            _ => LookupOutcome.Of(answer.Split(',').Select(number => IPAddress.Parse($"10.0.0.{number}")), ResolveFamily.Any) with { IsLate = answer != lookup },
        };
    }

    private static string Describe(NameState state)
    {
        string addresses = state.Addresses.Count == 0 ? "-" : string.Join(',', state.Addresses.Select(address => address.GetAddressBytes()[3]));
        string age = state.ResolvedMilliseconds is long then ? $" at {then / 1000}" : " never";
        Assert.Equal(state.Failure is null, state.FailuresInARow == 0);
        return addresses + age + (state.Failure is null ? "" : $", failed {state.FailuresInARow}");
    }
}
