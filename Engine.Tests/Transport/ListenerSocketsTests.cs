// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Scheduling;
using LbEngine.Transport;

namespace LbEngine.Tests.Transport;

/// <summary>Hosts that lack a family of addresses, or have half of a port: no real one is needed for that.</summary>
public sealed class ListenerSocketsTests
{
    private readonly List<IPEndPoint> _open = [];

    [Fact]
    public void Open_Everywhere_OpensBothFamiliesAtOnePort()
    {
        Listener listener = Everywhere(0);

        IReadOnlyList<IPEndPoint> opened = Open(listener, _ => null);

        Assert.Equal(["0.0.0.0:5000", "[::]:5000"], opened.Select(one => one.ToString()));
        Assert.Equal(("*:5000", 2), (listener.Place, listener.EndPoints.Count));
    }

    [Theory]
    [InlineData(ListenerBindException.NoFamily)]
    [InlineData(ListenerBindException.NoSuchAddress)]
    public void Open_HostWithoutIPv6_ServesIPv4Alone(string reason)
    {
        Listener listener = Everywhere(80);

        IReadOnlyList<IPEndPoint> opened = Open(listener, bind => bind.AddressFamily == AddressFamily.InterNetworkV6 ? reason : null);

        Assert.Equal(["0.0.0.0:80"], opened.Select(one => one.ToString()));
        Assert.Equal(("0.0.0.0:80", 1), (listener.Place, listener.EndPoints.Count));
    }

    [Fact]
    public void Open_HostWithoutIPv4_ServesIPv6Alone()
    {
        IReadOnlyList<IPEndPoint> opened = Open(
            Everywhere(80), bind => bind.AddressFamily == AddressFamily.InterNetwork ? ListenerBindException.NoFamily : null);

        Assert.Equal(["[::]:80"], opened.Select(one => one.ToString()));
    }

    [Fact]
    public void Open_HostWithoutEither_SaysWhy()
    {
        ListenerBindException failure = Assert.Throws<ListenerBindException>(() => Open(Everywhere(80), _ => ListenerBindException.NoFamily));

        Assert.Contains(ListenerBindException.NoFamily, failure.Message, StringComparison.Ordinal);
        Assert.Empty(_open);
    }

    [Fact]
    public void Open_FreePortIsTakenForIPv6_TriesAnother()
    {
        Listener listener = Everywhere(0);

        Open(listener, bind => bind is { AddressFamily: AddressFamily.InterNetworkV6, Port: < 5003 } ? ListenerBindException.InUse : null);

        Assert.Equal(["0.0.0.0:5003", "[::]:5003"], _open.Select(one => one.ToString()));
        Assert.Equal(5003, listener.BoundEndPoint!.Port);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(80)]
    public void Open_PortIsTakenForIPv6Always_GivesUpAndLeavesNothingOpen(int port)
    {
        Assert.Throws<ListenerBindException>(
            () => Open(Everywhere(port), bind => bind.AddressFamily == AddressFamily.InterNetworkV6 ? ListenerBindException.InUse : null));

        Assert.Empty(_open);
    }

    private static Listener Everywhere(int port) => new()
    {
        Id = 0,
        Name = "web",
        Bind = new IPEndPoint(IPAddress.IPv6Any, port),
        IsEverywhere = true,
        Pool = new BackendPool(0, "site", "test", static set => new SmoothWeightedRoundRobinScheduler(set)),
    };

    /// <summary>A host that hands out the ports 5000, 5001 and so on, and refuses as it is told.</summary>
    private IReadOnlyList<IPEndPoint> Open(Listener listener, Func<IPEndPoint, string?> refuse)
    {
        int next = 5000;
        return ListenerSockets.Open(
            listener,
            bind =>
            {
                if (refuse(bind) is string reason)
                {
                    throw new ListenerBindException(listener.Name, bind, reason);
                }

                var opened = new IPEndPoint(bind.Address, bind.Port == 0 ? next++ : bind.Port);
                _open.Add(opened);
                return opened;
            },
            static opened => opened.Port,
            opened => Assert.True(_open.Remove(opened)));
    }
}
