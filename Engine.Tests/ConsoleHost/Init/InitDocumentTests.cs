// SPDX-License-Identifier: MIT
using System.Text;
using System.Text.RegularExpressions;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Configuration;
using LbEngine.ConsoleHost.Init;

namespace LbEngine.Tests.ConsoleHost.Init;

public partial class InitDocumentTests
{
    [Theory]
    [InlineData("0.0.0.0:80", false)]
    [InlineData("[::]:53", true)]
    public void Write_Answers_PassesTheCheckAndSaysWhatWasAnswered(string listen, bool isUdp)
    {
        string text = InitDocument.Write(new InitAnswers(listen, ["10.0.0.1:8080", "[2001:db8::1]:8080", "db.internal:80"], isUdp));

        LoadBalancerOptionsReadResult result = ConfigurationFile.Read(Encoding.UTF8.GetBytes(text), isJson: false);
        Assert.Equal([], result.Errors.Select(error => error.ToString()));
        Assert.Equal(isUdp ? ListenerProtocol.Udp : ListenerProtocol.Tcp, result.Options.Listeners["main"].Protocol);
        Assert.Equal(listen, result.Options.Listeners["main"].Bind);
        Assert.Equal(["10.0.0.1:8080", "[2001:db8::1]:8080", "db.internal:80"], result.Options.Pools["site"].Backends.Select(one => one.Value.Address));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Write_EachLineThatIsTurnedOff_PassesTheCheckWhenItIsTurnedOn(bool isUdp)
    {
        string text = InitDocument.Write(new InitAnswers("0.0.0.0:80", ["10.0.0.1:8080"], isUdp));
        MatchCollection lines = TurnedOff().Matches(text);

        Assert.True(lines.Count >= 6);
        Assert.All(lines, line =>
        {
            // A setting stands once.
            string setting = line.Groups[2].Value;
            string without = Regex.Replace(text, $"(?m)^    {setting}:.*\n", "");
            string turnedOn = without.Replace(line.Value, $"{line.Groups[1].Value}{line.Value.TrimStart()[1..]}", StringComparison.Ordinal);

            Assert.Equal([], InitDocument.Check(turnedOn).Select(error => error.ToString()));
            Assert.NotEqual(without, turnedOn);
        });
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("0.0.0.0:99999")]
    [InlineData("0.0.0.0:80\"\n  evil: {")]
    [InlineData("")]
    public void CheckListen_NoAddress_SaysSo(string listen) => Assert.NotNull(InitDocument.CheckListen(listen, isUdp: false));

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("10.0.0.1:0")]
    [InlineData("}\", x: \"")]
    public void CheckBackend_NoAddress_SaysSo(string address) => Assert.NotNull(InitDocument.CheckBackend(address, isUdp: false));

    [GeneratedRegex(@"(?m)^( +)#([A-Za-z]+):.*$")]
    private static partial Regex TurnedOff();
}
