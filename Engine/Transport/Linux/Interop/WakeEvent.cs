// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace LbEngine.Transport.Linux.Interop;

/// <summary>An eventfd by which other threads wake a reactor out of epoll_wait.</summary>
internal sealed unsafe class WakeEvent
{
    private const int EFD_NONBLOCK = 0x800;
    private const int EFD_CLOEXEC = 0x80000;

    private WakeEvent(int descriptor) => Descriptor = descriptor;

    public int Descriptor { get; }

    public static WakeEvent? TryOpen(out int errno)
    {
        int fd = LibC.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        errno = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
        return fd < 0 ? null : new WakeEvent(fd);
    }

    /// <summary>Any thread. EAGAIN (the counter is full) still leaves the reactor awake.</summary>
    public void Signal()
    {
        ulong one = 1;
        _ = LibC.write(Descriptor, &one, sizeof(ulong));
    }

    /// <summary>Owner only; an edge-triggered registration needs no emptying, but the counter must not fill up.</summary>
    public void Clear()
    {
        ulong count;
        _ = LibC.read(Descriptor, &count, sizeof(ulong));
    }

    public void Close() => _ = LibC.close(Descriptor);
}
