// SPDX-License-Identifier: MIT
using FsCheck;
using FsCheck.Fluent;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Configuration;

namespace LbEngine.Tests.ConsoleHost;

/// <summary>Variables of the environment in the values of a configuration.</summary>
public class VariablesTests
{
    private static readonly Dictionary<string, string> Environment = new()
    {
        ["HOST"] = "db.internal",
        ["_P1"] = "80",
        ["EMPTY"] = "",
        ["MONEY"] = "$HOST ${HOST} $$",
    };

    [Theory]
    [InlineData("${HOST}", "db.internal")]
    [InlineData("${HOST}:${_P1}", "db.internal:80")]
    [InlineData("${NONE:-10.0.0.1}:5432", "10.0.0.1:5432")]
    [InlineData("${HOST:-10.0.0.1}", "db.internal")]
    [InlineData("${EMPTY:-full}", "full")]
    [InlineData("<${EMPTY}>", "<>")]
    [InlineData("${NONE:-}", "")]
    [InlineData("${NONE:-a:-b}", "a:-b")]
    [InlineData("$$", "$")]
    [InlineData("$${HOST}", "${HOST}")]
    [InlineData("$$$${HOST}", "$${HOST}")]
    [InlineData("$$${HOST}", "$db.internal")]
    [InlineData("$HOST", "$HOST")]
    [InlineData("a$", "a$")]
    [InlineData("{HOST}", "{HOST}")]
    [InlineData("${MONEY}", "$HOST ${HOST} $$")]
    public void Expand_Value_HasWhatIsSet(string text, string expected)
    {
        var variables = new Variables(Environment.GetValueOrDefault);

        Assert.Equal(expected, variables.Expand(ConfigurationNode.Scalar(text)).Text);
        Assert.Empty(variables.Errors);
    }

    [Theory]
    [InlineData("${NONE}", "the environment variable NONE is not set: set it, or write what holds without it, such as ${NONE:-default}")]
    [InlineData("${}", "'${}' names no variable: write ${NAME} or ${NAME:-default}, or $$ for a plain dollar")]
    [InlineData("${1A}", "'${1A}' names no variable: write ${NAME} or ${NAME:-default}, or $$ for a plain dollar")]
    [InlineData("${HOST-x}", "'${HOST-x}' names no variable: write ${NAME} or ${NAME:-default}, or $$ for a plain dollar")]
    [InlineData("a ${HOST", "a ${ is not closed: write } behind the name of the variable, or $$ for a plain dollar")]
    public void Expand_NoVariable_SaysWhichAndWhere(string text, string expected)
    {
        var variables = new Variables(Environment.GetValueOrDefault);
        var pool = ConfigurationNode.Mapping([new ConfigurationEntry("a", ConfigurationNode.Scalar(text, 7))]);
        var tree = ConfigurationNode.Mapping([new ConfigurationEntry("pools", pool)]);

        _ = variables.Expand(tree);

        Assert.Equal([new ConfigurationError("pools.a", expected, 7)], variables.Errors);
    }

    [Fact]
    public void Expand_Names_AreNeverExpanded()
    {
        var variables = new Variables(Environment.GetValueOrDefault);

        ConfigurationNode tree = variables.Expand(ConfigurationNode.Mapping([new ConfigurationEntry("${HOST}", ConfigurationNode.Scalar("${HOST}"))]));

        Assert.Equal(("${HOST}", "db.internal"), (tree.Entries[0].Key, tree.Entries[0].Value.Text));
    }

    [Fact]
    public void Expand_ValuesThatFillTheMemory_AreRefused()
    {
        var variables = new Variables(_ => new string('x', 100_000));

        _ = variables.Expand(ConfigurationNode.Sequence([.. Enumerable.Range(0, 100).Select(i => ConfigurationNode.Scalar("${A}", i))]));

        Assert.Contains("variables put more than 1048576 characters into the document", variables.Errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Expand_AnyText_ReportsInsteadOfThrowing() =>
        Prop.ForAll(
            Gen.Elements("$", "{", "}", ":-", "HOST", "a", " ", "${", "$$").ArrayOf().Select(string.Concat).ToArbitrary(),
            text =>
            {
                var variables = new Variables(Environment.GetValueOrDefault);
                string expanded = variables.Expand(ConfigurationNode.Scalar(text)).Text;
                return variables.Errors.Count > 0 ? expanded == text : text.Contains('$') || expanded == text;
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(42, 43));

    [Fact]
    public async Task Check_VariableThatIsNotSet_NamesItAndTheLine()
    {
        using var file = new TemporaryFile("lb.yaml", "listeners:\n  web: { bind: \"*:80\", pool: \"${LB_TEST_NO_SUCH_VARIABLE}\" }\n");

        (int exitCode, _, string errors) = await LbProcess.RunAsync("check", file.Path);

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"{file.Path}:2: listeners.web.pool: the environment variable LB_TEST_NO_SUCH_VARIABLE is not set", errors, StringComparison.Ordinal);
    }
}
