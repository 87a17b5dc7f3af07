// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Scheduling;
using LbEngine.Transport.Linux;
using LbEngine.Transport.Linux.Datagrams;
using LbEngine.Transport.Linux.Interop;
using LbEngine.Transport.Linux.Streams;

namespace LbEngine.Tests.Transport.Linux;

public sealed class InheritedSocketsTests
{
    [LinuxTheory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("2001:db8::1")]
    [InlineData("fe80::1%1")] // link-local: the same address is another on each interface
    public void Take_SocketOfAListenerAtThatAddress_IsFound(string address)
    {
        foreach (bool isDatagram in new[] { false, true })
        {
            Listener listener = Create(new IPEndPoint(IPAddress.Parse(address), 0), isDatagram);
            int[] group = isDatagram
                ? ListeningDatagramSocket.OpenGroup(listener, listener.Bind, 2)
                : ListeningSocket.OpenGroup(listener, listener.Bind, 2);
            listener.BoundEndPoint = BoundSocket.ReadEndPoint(group[0], listener, listener.Bind);
            var inherited = new InheritedSockets(group);
            Listener other = Create(new IPEndPoint(listener.Bind.Address, listener.BoundEndPoint!.Port), !isDatagram);
            Listener same = Create(new IPEndPoint(listener.Bind.Address, listener.BoundEndPoint.Port), isDatagram);

            int[] ofOtherProtocol = inherited.Take(other);
            int[] taken = inherited.Take(same);

            Assert.Empty(ofOtherProtocol);
            Assert.Equal(group, taken);
            Assert.Empty(inherited.CloseRest());
            Array.ForEach(taken, SocketCalls.Close);
        }
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("0.0.0.0", "0.0.0.0", true)]
    [InlineData("0.0.0.0", "10.0.0.1", false)]
    [InlineData("0.0.0.0", "::", false)]
    [InlineData("::", "::", true)]
    [InlineData("::1", "::1", true)]
    [InlineData("::1", "127.0.0.1", false)]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1", true)]
    [InlineData("10.0.0.1", "::ffff:10.0.0.1", true)]
    [InlineData("2001:db8::1", "2001:db8:0::1", true)]
    [InlineData("2001:db8::1", "2001:db8::1%2", true)] // a scope is no part of a global address
    [InlineData("fe80::1%1", "fe80::1%1", true)]
    [InlineData("fe80::1%1", "fe80::1%2", false)]
    [InlineData("fe80::1%1", "fe80::1", false)]
    [InlineData("fe80::1%1", "fe80::2%1", false)]
    public void IsSame_EveryForm_CountsTheScopeWhereItBelongs(string bound, string wanted, bool expected) =>
        Assert.Equal(expected, InheritedSockets.IsSame(IPAddress.Parse(bound), IPAddress.Parse(wanted)));

    private static Listener Create(IPEndPoint bind, bool isDatagram) => new()
    {
        Id = 0,
        Name = "web",
        Bind = bind,
        IsDatagram = isDatagram,
        MayMissAddress = true,
        Pool = new BackendPool(0, "site", "test", static set => new SmoothWeightedRoundRobinScheduler(set)),
    };
}
