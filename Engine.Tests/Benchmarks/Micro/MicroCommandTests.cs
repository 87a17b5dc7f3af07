// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Micro;

namespace LbEngine.Tests.Benchmarks.Micro;

public sealed class MicroCommandTests
{
    [Theory]
    [InlineData("", "--filter *")]
    [InlineData("--short", "--filter * --job short --inProcess")]
    [InlineData("--short --filter *Table* *Wheel*", "--filter *Table* *Wheel* --job short --inProcess")]
    [InlineData("--filter *Table* --job dry", "--filter *Table* --job dry")]
    [InlineData("--list flat", "--list flat")]
    public void Translate_AnyWords_AsksNothingAtTheTerminal(string words, string expected) =>
        Assert.Equal(expected, string.Join(' ', MicroCommand.Translate(words.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    [Fact]
    public void Forecast_WholeRun_SaysHowItCouldBeShorter()
    {
        Assert.Equal(
            "100 cases, about 134 min on an idle machine. --short takes a fraction of that; --filter chooses some, --filter '*Table*'.",
            MicroCommand.Forecast(100, isShort: false));
        Assert.Equal("1 case, about 1 min on an idle machine.", MicroCommand.Forecast(1, isShort: true));
    }
}
