// SPDX-License-Identifier: MIT
using LbEngine.ConsoleHost.Tables;

namespace LbEngine.Tests.ConsoleHost.Tables;

/// <summary>Text of others, as a terminal gets it.</summary>
public class TerminalTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("site/a 127.0.0.1:80", "site/a 127.0.0.1:80")]
    [InlineData("straße 例え 😀", "straße 例え 😀")]
    [InlineData("\u001b[2J", "\\u001b[2J")]
    [InlineData("\u009b2J", "\\u009b2J")]
    [InlineData("a\u007fb\bc\0", "a\\u007fb\\u0008c\\u0000")]
    [InlineData("one\r\ntwo\tthree", "one\\u000d\\u000atwo\\u0009three")]
    [InlineData("a\u202eb\u2066c\u200fd", "a\\u202eb\\u2066c\\u200fd")]
    [InlineData("a\u2028b\u2029c\ufeffd\u200be", "a\\u2028b\\u2029c\\ufeffd\\u200be")]
    [InlineData("\udb40\udc41", "\\udb40\\udc41")]
    public void Escape_OneLine_SpellsOutWhatMovesACursor(string text, string expected) => Assert.Equal(expected, TerminalText.Escape(text));

    [Fact]
    public void Escape_HalfALetter_IsSpeltOut() => Assert.Equal("a\\ud83db\\ude00", TerminalText.Escape(string.Concat("a", "\ud83d", "b", "\ude00")));

    [Fact]
    public void Escape_PlainText_IsTheSameObject()
    {
        string text = new('x', 10);

        Assert.Same(text, TerminalText.Escape(text));
    }

    [Fact]
    public void EscapeLines_Json_KeepsLinesAndSaysTheSame() =>
        Assert.Equal("{\n\t\"a\": \"\\u001b\\u000d\"\n}", TerminalText.EscapeLines("{\n\t\"a\": \"\u001b\r\"\n}"));
}
