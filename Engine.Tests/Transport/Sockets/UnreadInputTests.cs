// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Transport.Sockets.Streams;

namespace LbEngine.Tests.Transport.Sockets;

public sealed class UnreadInputTests : IDisposable
{
    private readonly Socket _near = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _far;
    private UnreadInput _unread; // mutable, keep non-readonly

    public UnreadInputTests()
    {
        using Socket listener = RelayedPair.Listen();
        _near.Connect(listener.LocalEndPoint!);
        _far = listener.Accept();
    }

    [Fact]
    public void IsOver_NothingHasCome_IsOverAtTheDeadline()
    {
        long deadline = 1000;

        Assert.False(_unread.IsOver(ref deadline, 999, _near, _far));
        Assert.True(_unread.IsOver(ref deadline, 1000, _near, _far));
    }

    [Fact]
    public void IsOver_BytesLieUnread_PutsItOffForSecondsAndNotForEver()
    {
        Fill();
        long now = 1000;
        long deadline = now;
        int looks = 0;

        while (!_unread.IsOver(ref deadline, now, _near, _far))
        {
            Assert.True(deadline > now && looks++ < 1000, $"Look {looks}: {deadline}.");
            now = deadline;
        }

        Assert.InRange(now, 2000, 10_000);
    }

    [Fact]
    public void IsOver_BytesThatHaveToWait_AreNoTraffic()
    {
        Fill();
        long deadline = 1000;

        Assert.True(_unread.IsOver(ref deadline, 1000, null, _far));
    }

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
    }

    private void Fill()
    {
        _far.Send(new byte[10]);
        Assert.True(_near.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead));
    }
}
