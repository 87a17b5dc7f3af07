// SPDX-License-Identifier: MIT
using LbEngine.Connections;

namespace LbEngine.Tests.Connections;

public class KeepAliveTests
{
    [Theory]
    [InlineData(0, 90_000)]
    [InlineData(1, 89_999)]
    [InlineData(89_999, 1)]
    [InlineData(90_000, 0)]
    [InlineData(4_000_000_000, -3_999_910_000)]
    public void NextLook_SilentPeer_HasThePatienceOfAnIdleOne(long silent, long expected)
    {
        var keepAlive = new KeepAlive(60, 10, 3);

        Assert.Equal(expected, keepAlive.NextLook(silent));
    }

    [Fact]
    public void NextLook_LongestSettings_DoesNotOverflow()
    {
        var keepAlive = new KeepAlive(32_400, 32_400, 127);

        Assert.Equal(1000L * 128 * 32_400, keepAlive.NextLook(0));
    }

    [Fact]
    public void NextLook_KeepAliveIsOff_NeverFindsAnybodyGone() => Assert.True(KeepAlive.Off.NextLook(long.MaxValue) > 0);
}
