// SPDX-License-Identifier: MIT
using FsCheck;
using FsCheck.Fluent;
using LbEngine.Tests.Configuration;

namespace LbEngine.Tests.ConsoleHost;

/// <summary>Texts that are no YAML, as people write them: the message has the line to look at and what to write there.</summary>
public class YamlMistakeTests
{
    [Theory]
    [InlineData("a brace is not closed", "listeners:\n  web: { bind: \"*:80\", pool: site\npools:\n  site:\n    backends: {}\n",
        "line 2: the { that opens here is not closed: write } behind what belongs into it")]
    [InlineData("a brace is not closed at the end", "pools: { site: { backends: { a: { address: h:80 } }\n",
        "line 1: the { that opens here is not closed: write } behind what belongs into it")]
    [InlineData("a brace inside of others is not closed", "pools:\n  site: {\n    backends: {\n      a: { address: h:80 }\n    }\nlisteners:\n  web: { pool: site }\n",
        "line 2: the { that opens here is not closed: write } behind what belongs into it")]
    [InlineData("a bracket is closed by a brace", "a:\n  b: [1, 2}\n", "line 2: the } here closes the [ of line 2: write ] for that one first")]
    [InlineData("a brace too many", "a: { b: 1 } }\nc: 1\n", "line 1: the } here closes nothing: remove it, or write { where it begins")]
    [InlineData("a tab for blanks", "listeners:\n\tweb:\n\t  bind: 8080\n", "line 2: begins with a tab, which YAML does not take: write blanks instead")]
    [InlineData("a tab far from where the mapping begins", "listeners:\n  web:\n    pool: site\npools:\n  site:\n    backends:\n\t  a: 1\n",
        "line 7: begins with a tab, which YAML does not take: write blanks instead")]
    [InlineData("a tab instead of deeper blanks", "listeners:\n  web:\n\tbind: 8080\n    pool: site\n",
        "line 3: begins with a tab, which YAML does not take: write blanks instead")]
    [InlineData("a tab in one line of several", "listeners:\n  web:\n    pool: site\n\tbind: 8080\n",
        "line 4: begins with a tab, which YAML does not take: write blanks instead")]
    [InlineData(
        "no blank behind a colon",
        "listeners:\n  web:\n    pool: site\n    bind:8080\n",
        "line 4: a blank is missing behind the colon: write bind: 8080")]
    [InlineData(
        "the same above another setting",
        "listeners:\n  web:\n    bind:8080\n    pool: site\n",
        "line 3: a blank is missing behind the colon: write bind: 8080")]
    [InlineData("a double quote is not closed", "listeners:\n  web:\n    bind: \"*:80\n    pool: site\n",
        "line 3: the quote that opens here is not closed: write \" behind the text")]
    [InlineData("a quote is not closed, and others follow", "a:\n  b: 'one\n  c: 'two'\n  d: 'three'\n",
        "line 2: the quote that opens here is not closed: write ' behind the text")]
    [InlineData("a quote inside of quotes", "health:\n  body: 'it's fine'\n",
        "line 2: there is more behind the closing quote: put the whole text into quotes, of the other kind if it has some inside")]
    [InlineData("too few blanks", "pools:\n  site:\n    backends: {}\n   scheduler: x\n",
        "line 4: is indented by 3, as no line above that it could belong to: write as many blanks as its neighbours have; line 3 has 4")]
    [InlineData("too many blanks", "pools:\n  site:\n    scheduler: x\n      slowStart: 1s\n",
        "line 4: is indented by 6, as no line above that it could belong to: write as many blanks as its neighbours have; line 3 has 4")]
    [InlineData("two names in a line", "listeners:\n  web: bind: 80\n",
        "line 2: has two names with a colon each: write the second on a line of its own, or quotes around the text behind the first")]
    [InlineData("a sign that begins nothing", "a:\n  b: @home\n", "line 2: a text that begins with @ needs quotes: write \"@home\"")]
    [InlineData("a variable in braces", "a: { address: ${HOST}, weight: 1 }\n", "line 1: in braces ${HOST} needs quotes: write \"${HOST}\"")]
    [InlineData(
        "a variable in braces of several lines",
        "a: {\n  b: 1, address: ${HOST:-h:80} }\n",
        "line 2: in braces ${HOST:-h:80} needs quotes: write \"${HOST:-h:80}\"")]
    [InlineData("a name among the lines of a list", "a:\n  - 1\n  b: 2\n",
        "line 3: stands among the lines of a list, which begin with a hyphen and a blank: write the hyphen, or indent it as the name above the list")]
    [InlineData(
        "a bracket of an address",
        "listeners:\n  web:\n    bind: [::]:80\n",
        "line 3: [::]:80 means something else in YAML; write it in quotes: \"[::]:80\"")]
    [InlineData("quotes and comments do not count", "a: \"{\" # { [\nb: '['\nc: it's {x\nd: { e: 1\n",
        "line 4: the { that opens here is not closed: write } behind what belongs into it")]
    public void Read_NoYaml_SaysInWordsWhatToWrite(string sentence, string yaml, string expected)
    {
        string[] lines = Reading.Lines(Reading.ReadYaml(yaml).Errors);

        Assert.True(lines is [string line] && line == expected, $"{sentence}:\n{string.Join('\n', lines)}");
    }

    [Theory]
    [InlineData("in braces", "listeners: { web: { bind:8080, pool: site } }",
        "line 1: listeners.web.\"bind:8080\": is not a known setting; a blank is missing behind the colon: write bind: 8080")]
    [InlineData("alone in its section", "listeners:\n  web:\n    bind:8080\n",
        "line 3: listeners.web: must be a mapping such as { bind: \"0.0.0.0:8080\", pool: site }, was 'bind:8080'; a blank is missing behind the colon: write bind: 8080")]
    [InlineData("a URL is no name", "listeners:\n  web: http://x\n",
        "line 2: listeners.web: must be a mapping such as { bind: \"0.0.0.0:8080\", pool: site }, was 'http://x'")]
    [InlineData("a name twice", "listeners:\n  web: {}\n  web: {}\n", "line 3: listeners.web: this name is used twice; the first is on line 2; keep one")]
    public void Read_YamlThatMeansSomethingElse_SaysSo(string sentence, string yaml, string expected) =>
        Assert.True(
            Reading.Lines(Reading.ReadYaml(yaml).Errors).Contains(expected),
            $"{sentence}:\n{string.Join('\n', Reading.Lines(Reading.ReadYaml(yaml).Errors))}");

    [Fact]
    public void Read_AnyTextOfThatKind_EndsWithALineOfTheDocument() =>
        Prop.ForAll(
            Gen.Elements("a", ":", " ", "\n", "\n  ", "\t", "{", "}", "[", "]", "\"", "'", "#", "- ", ",", "\\", "&x", "*x", "<<", "$", "%", "8080", "\r\n")
                .ArrayOf().Select(string.Concat).ToArbitrary(),
            text =>
            {
                int last = text.Split('\n').Length;
                return Reading.ReadYaml(text).Errors.All(error => error.Line is null || (error.Line >= 1 && error.Line <= last + 1));
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(42, 43));
}
