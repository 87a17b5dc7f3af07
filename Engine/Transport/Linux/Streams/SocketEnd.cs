// SPDX-License-Identifier: MIT
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Streams;

/// <summary>One side's socket as its reactor sees it: what edge-triggered epoll has reported and what was used up since.</summary>
internal struct SocketEnd
{
    /// <summary>The descriptor; -1 while there is none.</summary>
    public int Descriptor;

    /// <summary>Bytes, an end or an error may be waiting; false once a read has shown that the socket is drained.</summary>
    public bool Readable;

    /// <summary>False once a send has shown that the socket's buffer is full.</summary>
    public bool Writable;

    /// <summary>The peer's FIN has arrived behind the bytes that are waiting (EPOLLRDHUP).</summary>
    public bool PeerEnded;

    /// <summary>The socket has failed (EPOLLERR, or a send that said so); bytes that came before may still be waiting.</summary>
    public bool Failed;

    /// <summary>Urgent data was announced: a read stops at its mark, so from now on a short read proves nothing.</summary>
    public bool Urgent;

    /// <summary>Known to epoll.</summary>
    public bool Registered;

    /// <summary>Registered for EPOLLOUT too.</summary>
    public bool WatchesOutput;

    /// <summary>A socket that was just accepted or connected: it can be written, and may hold bytes.</summary>
    public static SocketEnd Open(int descriptor) => new() { Descriptor = descriptor, Readable = true, Writable = true };

    public static SocketEnd None => new() { Descriptor = -1 };

    public readonly bool IsOpen => Descriptor >= 0;

    /// <summary>Notes what epoll reported. EPOLLHUP means that both directions are shut: a read then tells how.</summary>
    public void Note(uint events)
    {
        if ((events & (Epoll.EPOLLIN | Epoll.EPOLLRDHUP | Epoll.EPOLLHUP | Epoll.EPOLLERR | Epoll.EPOLLPRI)) != 0)
        {
            Readable = true;
        }

        Writable |= (events & Epoll.EPOLLOUT) != 0;
        PeerEnded |= (events & Epoll.EPOLLRDHUP) != 0;
        Failed |= (events & Epoll.EPOLLERR) != 0;
        Urgent |= (events & Epoll.EPOLLPRI) != 0;
    }
}
