// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Transport.Sockets.Streams;

namespace LbEngine.Tests.Transport.Sockets;

public sealed class PeerSilenceTests : IDisposable
{
    private readonly Socket _near = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _far;

    public PeerSilenceTests()
    {
        using Socket listener = RelayedPair.Listen();
        _near.Connect(listener.LocalEndPoint!);
        _far = listener.Accept();
    }

    [Fact]
    public void ReadMilliseconds_EverythingWasAcknowledged_Is0()
    {
        _near.Send(new byte[100]);
        _far.Receive(new byte[100]);

        bool isSo = SpinWait.SpinUntil(() => PeerSilence.ReadMilliseconds(_near) == 0, TimeSpan.FromSeconds(10));

        Assert.True(isSo, $"{PeerSilence.ReadMilliseconds(_near)} ms");
    }

    [Fact]
    public void ReadMilliseconds_Disposed_Is0()
    {
        _near.Dispose();

        Assert.Equal(0, PeerSilence.ReadMilliseconds(_near));
    }

    [Fact]
    public void FindGone_BothAreWell_LooksAgainWhenAnIdlePeerWouldBeGone()
    {
        Side? gone = PeerSilence.FindGone(new KeepAlive(60, 10, 3), _near, _far, out long nextLook);

        Assert.Equal((null, 90_000L), (gone, nextLook));
    }

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
    }
}
