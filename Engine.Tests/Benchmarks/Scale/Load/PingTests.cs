// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Scale.Load;

namespace LbEngine.Tests.Benchmarks.Scale.Load;

public sealed class PingTests
{
    [Fact]
    public void IsReplyTo_OwnMessage_IsTrueForItAlone()
    {
        var message = new byte[Ping.Length];
        Ping.Write(message, connection: 7, sequence: 300);

        Assert.True(Ping.IsReplyTo(message, 7, 300));
        Assert.False(Ping.IsReplyTo(message, 8, 300), "The reply of another connection was taken.");
        Assert.False(Ping.IsReplyTo(message, 7, 299), "A reply to another request was taken.");
        Assert.False(Ping.IsReplyTo(message.AsSpan(1), 7, 300), "A short reply was taken.");
    }

    [Fact]
    public void IsReplyTo_OneByteDamaged_IsFalseWhereverItIs()
    {
        for (int i = 0; i < Ping.Length; i++)
        {
            var message = new byte[Ping.Length];
            Ping.Write(message, 7, 300);
            message[i] ^= 1;

            Assert.False(Ping.IsReplyTo(message, 7, 300), $"Byte {i} was not looked at.");
        }
    }
}
