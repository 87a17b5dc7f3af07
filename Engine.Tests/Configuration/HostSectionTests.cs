// SPDX-License-Identifier: MIT
using System.Text;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Configuration;

namespace LbEngine.Tests.Configuration;

/// <summary>Sections that a host adds to those of the engine.</summary>
public class HostSectionTests
{
    private const string Rest =
        "\"listeners\": { \"web\": { \"bind\": \"0.0.0.0:80\", \"pool\": \"site\" } }, "
        + "\"pools\": { \"site\": { \"backends\": { \"a\": { \"address\": \"h:80\" } } } } }";

    [Fact]
    public void Read_SectionOfTheHost_IsReadIntoItsOptions()
    {
        LoadBalancerOptionsReadResult read = Reading.ReadJson("{ \"admin\": { \"bind\": \"127.0.0.1:9900\", \"token\": \"sixteen-letters-or-more\" }, " + Rest);

        Assert.Empty(Reading.Lines(read.Errors));
        Assert.Equal(new AdminOptions { Bind = "127.0.0.1:9900", Token = "sixteen-letters-or-more" }, read.GetSection(LbSections.Admin));
    }

    [Theory]
    [InlineData("{ \"admin\": \"off\", ", false)]
    [InlineData("{ \"admin\": false, ", false)]
    [InlineData("{ ", true)]
    public void Read_SectionThatIsOffOrNotWritten_IsNullOrItsDefaults(string begin, bool isThere) =>
        Assert.Equal(isThere ? new AdminOptions() : null, Reading.ReadJson(begin + Rest).GetSection(LbSections.Admin));

    [Theory]
    [InlineData("admn", "line 1: admn: is not a known setting; did you mean admin?")]
    [InlineData("admins", "line 1: admins: is not a known setting; did you mean admin?")]
    public void Read_SectionWithASlip_IsSuggested(string name, string expected) =>
        Assert.Equal([expected], Reading.Lines(Reading.ReadJson($"{{ \"{name}\": {{}}, {Rest}").Errors));

    [Fact]
    public void Read_AdminWithoutAHost_WarnsThatItHasNoEffect()
    {
        LoadBalancerOptionsReadResult read = LoadBalancerOptionsReader.ReadJson(Encoding.UTF8.GetBytes("{ \"admin\": { \"anything\": 1 }, " + Rest));

        Assert.Empty(Reading.Lines(read.Errors));
        Assert.Equal(
            ["line 1: admin: has no effect here: the program lb reads it; an application that embeds the engine opens an interface of its own"],
            Reading.Lines(read.Warnings));
    }
}
