// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Tests.Transport.Linux;

/// <summary>The layout of <c>struct epoll_event</c>, proved against the kernel.</summary>
public sealed class EpollTests
{
    [LinuxFact]
    public void Layout_OfOneEvent_IsPackedOnX64Only()
    {
        bool isX64 = RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64;

        Assert.Equal(isX64 ? 12 : 16, EpollEvents.Stride);
        Assert.Equal(isX64 ? 4 : 8, EpollEvents.DataOffset);
    }

    [LinuxFact]
    public void Wait_SeveralReadyDescriptors_GivesBackEachOnesOwnData()
    {
        Epoll epoll = Open();
        ulong[] data = [0x0123_4567_89AB_CDEF, 0xFFFF_FFFF_FFFF_FFFF, 1];
        WakeEvent[] wakes = [.. data.Select(_ => WakeEvent.TryOpen(out int _)!)];
        for (int i = 0; i < wakes.Length; i++)
        {
            Assert.False(epoll.Add(wakes[i].Descriptor, Epoll.EPOLLIN | Epoll.EPOLLET, data[i]).Failed);
            wakes[i].Signal();
        }

        var events = new EpollEvents(8);
        int count = epoll.Wait(events, 1000);

        var seen = new List<ulong>();
        for (int i = 0; i < count; i++)
        {
            events.Read(i, out uint flags, out ulong item);
            Assert.Equal(Epoll.EPOLLIN, flags);
            seen.Add(item);
        }

        Assert.Equal(data.Order(), seen.Order());
        Array.ForEach(wakes, wake => wake.Close());
        epoll.Close();
    }

    [LinuxFact]
    public void Wait_EdgeSeenOnce_IsNotReportedAgain()
    {
        Epoll epoll = Open();
        WakeEvent wake = WakeEvent.TryOpen(out _)!;
        epoll.Add(wake.Descriptor, Epoll.EPOLLIN | Epoll.EPOLLET, 7);
        var events = new EpollEvents(1);
        wake.Signal();

        Assert.Equal(1, epoll.Wait(events, 1000));
        Assert.Equal(0, epoll.Wait(events, 0));
        wake.Signal();
        Assert.Equal(1, epoll.Wait(events, 1000));

        wake.Close();
        epoll.Close();
    }

    [LinuxFact]
    public void Add_ClosedDescriptor_FailsWithAnErrorNumber()
    {
        Epoll epoll = Open();

        Assert.Equal(9, epoll.Add(int.MaxValue, Epoll.EPOLLIN, 0).Error); // EBADF

        epoll.Close();
    }

    private static Epoll Open() => Epoll.TryOpen(out int errno) ?? throw new InvalidOperationException($"errno {errno}");
}
