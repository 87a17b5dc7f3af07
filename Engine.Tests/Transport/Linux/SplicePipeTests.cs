// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Timing;
using LbEngine.Transport.Linux.Interop;
using LbEngine.Transport.Linux.Streams;

namespace LbEngine.Tests.Transport.Linux;

public sealed class SplicePipeTests
{
    [LinuxFact]
    public void Fill_BytesThenEnd_MovesTheBytesAndThenSaysZero()
    {
        (Socket near, Socket far) = Pair();
        SplicePipe pipe = SplicePipe.TryOpen(256 * 1024)!;
        far.Send("hello"u8);
        far.Shutdown(SocketShutdown.Send);
        near.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectRead);

        IoResult bytes = pipe.Fill((int)near.Handle);
        Assert.Equal(5, bytes.Value);
        Assert.Equal(5, pipe.Buffered);

        IoResult sent = pipe.Drain((int)near.Handle, more: false);
        Assert.Equal(5, sent.Value);
        Assert.Equal(0, pipe.Buffered);

        IoResult end = pipe.Fill((int)near.Handle);
        Assert.False(end.Failed);
        Assert.Equal(0, end.Value);

        pipe.Close();
        near.Dispose();
        far.Dispose();
    }

    [LinuxFact]
    public void Fill_NothingThere_SaysWouldBlock()
    {
        (Socket near, Socket far) = Pair();
        near.Blocking = false;
        SplicePipe pipe = SplicePipe.TryOpen(256 * 1024)!;

        Assert.True(pipe.Fill((int)near.Handle).WouldBlock);

        pipe.Close();
        near.Dispose();
        far.Dispose();
    }

    [LinuxFact]
    public void Pool_AtItsCap_HandsOutNothingAndCountsTheShortage()
    {
        var pool = new PipePool(new CoarseClock(TimeProvider.System), maxPipes: 2);
        SplicePipe first = pool.TryRent()!;
        SplicePipe second = pool.TryRent()!;

        Assert.Null(pool.TryRent());
        Assert.Equal(1, pool.Shortages);
        pool.Return(first);
        Assert.Same(first, pool.TryRent());

        pool.Return(first);
        pool.Return(second);
        Assert.Equal(0, pool.Rented);
        pool.Close();
    }

    [LinuxFact]
    public void Pool_PipeThatStillHoldsBytes_IsNotHandedOutAgain()
    {
        (Socket near, Socket far) = Pair();
        var pool = new PipePool(new CoarseClock(TimeProvider.System), maxPipes: 2);
        SplicePipe pipe = pool.TryRent()!;
        far.Send("left over"u8);
        near.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectRead);
        pipe.Fill((int)near.Handle);

        pool.Return(pipe);

        Assert.NotSame(pipe, pool.TryRent());
        near.Dispose();
        far.Dispose();
    }

    private static (Socket Near, Socket Far) Pair()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        far.Connect(listener.LocalEndPoint!);
        return (listener.Accept(), far);
    }
}
