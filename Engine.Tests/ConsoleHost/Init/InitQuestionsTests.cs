// SPDX-License-Identifier: MIT
using LbEngine.ConsoleHost.Init;

namespace LbEngine.Tests.ConsoleHost.Init;

public class InitQuestionsTests
{
    [Fact]
    public void Ask_EmptyAnswers_TakesWhatStandsInBrackets()
    {
        (InitAnswers? answers, string said) = Ask("\n\n10.0.0.1:80\n\n");

        Assert.NotNull(answers);
        Assert.Equal((InitAnswers.DefaultListen, false), (answers.Listen, answers.IsUdp));
        Assert.Equal(["10.0.0.1:80"], answers.Backends);
        Assert.Contains($"[{InitAnswers.DefaultListen}]", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Ask_WrongAnswers_AsksAgainWithTheReason()
    {
        (InitAnswers? answers, string said) = Ask("icmp\nudp\nhere\n0.0.0.0:53\n\nthere\n10.0.0.1:53\n10.0.0.2:53\n\n");

        Assert.NotNull(answers);
        Assert.Equal(("0.0.0.0:53", true), (answers.Listen, answers.IsUdp));
        Assert.Equal(["10.0.0.1:53", "10.0.0.2:53"], answers.Backends);
        Assert.Contains("write tcp or udp", said, StringComparison.Ordinal);
        Assert.Contains("was 'here'", said, StringComparison.Ordinal);
        Assert.Contains("at least one backend is needed", said, StringComparison.Ordinal);
        Assert.Contains("lacks a port: write there:80", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tcp\n0.0.0.0:80\n")]
    [InlineData("tcp\n0.0.0.0:80\n10.0.0.1:80\n")]
    public void Ask_InputThatEnds_IsNoAnswer(string input) => Assert.Null(Ask(input).Answers);

    private static (InitAnswers? Answers, string Said) Ask(string input)
    {
        using var reader = new StringReader(input);
        using var writer = new StringWriter();
        return (new InitQuestions(reader, writer).Ask(), writer.ToString());
    }
}
