// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Tables;

namespace LbEngine.Tests.Tables;

public class EndPointKeyTests
{
    [Theory]
    [InlineData("192.0.2.1:80")]
    [InlineData("[2001:db8::1]:65535")]
    [InlineData("0.0.0.0:0")]
    public void ToString_AnyEndPoint_IsWhatPeopleWrite(string text)
    {
        var key = EndPointKey.From(IPEndPoint.Parse(text));

        Assert.Equal(text, key.ToString());
        Assert.Equal(IPEndPoint.Parse(text), key.ToIPEndPoint());
    }

    [Fact]
    public void Equals_OtherPort_IsAnotherKey()
    {
        var key = EndPointKey.From(IPEndPoint.Parse("192.0.2.1:80"));

        Assert.NotEqual(key, key with { Port = 81 });
        Assert.Equal(key, EndPointKey.From(IPEndPoint.Parse("[::ffff:192.0.2.1]:80")));
    }
}
