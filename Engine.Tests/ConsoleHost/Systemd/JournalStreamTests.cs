// SPDX-License-Identifier: MIT
using LbEngine.ConsoleHost.Systemd;

namespace LbEngine.Tests.ConsoleHost.Systemd;

public sealed class JournalStreamTests
{
    [Theory]
    [InlineData("8:4711", "/proc/1/fd/socket:[4711]", true)]
    [InlineData("8:4711", "socket:[47110]", false)]
    [InlineData("8:4711", "/var/log/lb.log", false)]
    [InlineData("8:4711", null, false)]
    [InlineData("4711", "socket:[4711]", false)]
    [InlineData("8:", "socket:[]", false)]
    [InlineData(null, "socket:[4711]", false)]
    public void IsSame_VariableAndDescriptor_OnlyTheSocketOfTheServiceManager(string? stream, string? target, bool expected) =>
        Assert.Equal(expected, JournalStream.IsSame(stream, target));
}
