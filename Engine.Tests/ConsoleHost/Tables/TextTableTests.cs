// SPDX-License-Identifier: MIT
using LbEngine.ConsoleHost.Tables;

namespace LbEngine.Tests.ConsoleHost.Tables;

public class TextTableTests
{
    [Fact]
    public void Lines_ShortCells_AreAsWideAsTheWidest()
    {
        var table = new TextTable(new("NAME"), new("COUNT", true));
        table.Add("a", "1");
        table.Add("longer", "123456");

        Assert.Equal(["NAME     COUNT", "a            1", "longer  123456"], table.Lines());
    }

    [Fact]
    public void Lines_LongTexts_AreCutTo100ColumnsAndNumbersNever()
    {
        var table = new TextTable(new("NAME"), new("ADDRESS"), new("COUNT", true));
        table.Add(new string('n', 64), new string('a', 64), "18446744073709551615");

        string[] lines = [.. table.Lines()];

        Assert.Equal(TextTable.Width, lines.Max(line => line.Length));
        Assert.EndsWith("  18446744073709551615", lines[1], StringComparison.Ordinal);
        Assert.Equal(2, lines[1].Count(c => c == '~'));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(99_999, "99999")]
    [InlineData(100_000, "100.0k")]
    [InlineData(999_949, "999.9k")]
    [InlineData(999_999, "1.0M")]
    [InlineData(1_234_567_890, "1.2G")]
    [InlineData(long.MaxValue, "9.2E")]
    public void Short_Count_KeepsItsMagnitude(long value, string expected) => Assert.Equal(expected, TextTable.Short(value));
}
