// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Transport.Sockets.Datagrams;
using Microsoft.Extensions.Logging.Abstractions;

namespace LbEngine.Tests.Transport.Sockets.Datagrams;

public sealed class UnansweredFlowsTests
{
    private readonly UnansweredFlows _flows = new();
    private readonly SocketFlow[] _members = [.. Enumerable.Range(0, 4).Select(_ => new SocketFlow(new OwnerQueue(NullLogger.Instance), null!, AddressFamily.InterNetwork))];

    [Theory]
    [InlineData(new[] { 0 }, 1)]
    [InlineData(new[] { 1 }, 0)]
    [InlineData(new[] { 3, 0 }, 1)]
    [InlineData(new[] { 1, 0 }, 2)]
    [InlineData(new[] { 0, 1, 2 }, 3)]
    [InlineData(new[] { 0, 0, 3, 3 }, 1)]
    public void Oldest_AfterRemovals_IsTheFirstAddedOfThoseLeft(int[] removed, int expected)
    {
        Array.ForEach(_members, _flows.Add);

        Array.ForEach(removed, index => _flows.Remove(_members[index]));

        Assert.Same(_members[expected], _flows.Oldest);
    }

    [Fact]
    public void Oldest_AllRemovedAndOneAddedAgain_IsThatOne()
    {
        Array.ForEach(_members, _flows.Add);
        Array.ForEach(_members, _flows.Remove);
        SocketFlow? whenEmpty = _flows.Oldest;

        _flows.Add(_members[2]);
        _flows.Add(_members[0]);
        _flows.Remove(_members[2]);

        Assert.Null(whenEmpty);
        Assert.Same(_members[0], _flows.Oldest);
    }
}
