// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Control.Model;

namespace LbEngine.Tests.Control;

public class ConnectionIdTests
{
    [Theory]
    [InlineData(0, 0u, "0-0")]
    [InlineData(12, 5u, "12-5")]
    [InlineData(int.MaxValue, uint.MaxValue, "2147483647-4294967295")]
    public void TryParse_WhatFormatMade_IsTheSameHandle(int slot, uint generation, string text)
    {
        var handle = new ConnectionHandle(slot, generation);

        Assert.Equal(text, ConnectionId.Format(handle));
        Assert.True(ConnectionId.TryParse(text, out ConnectionHandle parsed));
        Assert.Equal(handle, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("7")]
    [InlineData("7-")]
    [InlineData("-7")]
    [InlineData("-1-1")]
    [InlineData("1--1")]
    [InlineData("+1-1")]
    [InlineData(" 1-1")]
    [InlineData("1-1 ")]
    [InlineData("1-1-1")]
    [InlineData("1,0-1")]
    [InlineData("0x1-1")]
    [InlineData("2147483648-1")]
    [InlineData("1-4294967296")]
    [InlineData("١-١")]
    public void TryParse_AnythingElse_IsFalse(string text) => Assert.False(ConnectionId.TryParse(text, out _));
}
