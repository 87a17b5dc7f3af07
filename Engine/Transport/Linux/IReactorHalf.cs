// SPDX-License-Identifier: MIT
using LbEngine.Connections;
using LbEngine.Lifecycle;

namespace LbEngine.Transport.Linux;

/// <summary>What a <see cref="Reactor"/> asks of each half of its work, TCP and UDP. Reactor thread only.</summary>
/// <remarks>A token names a connection, a flow or a listener of this half; what has ended meanwhile is not found, and nothing happens.</remarks>
internal interface IReactorHalf : ICloseTarget
{
    /// <summary>epoll reported something. May throw when it met a defect, as the next two: then <see cref="Contain"/> follows.</summary>
    void Serve(EpollToken token, uint events);

    /// <summary>One that used up its budget goes on.</summary>
    void Resume(EpollToken token);

    /// <summary>A timer fired: perhaps too early, since traffic only notes the time and moves no timer.</summary>
    void Expire(EpollToken token, long now);

    /// <summary>A defect met one client: that one ends, the others go on.</summary>
    void Contain(EpollToken token);

    /// <summary>Once in every turn, after the events: what was gathered, and what waits at the listeners.</summary>
    void Turn();

    /// <summary>Shortens the time that the reactor may sleep; -1 is for ever.</summary>
    int LimitTimeout(int timeout);

    /// <summary>Closes one connection or flow; false when the handle names none of this half.</summary>
    bool TryClose(ConnectionHandle handle, CloseReason reason);

    /// <summary>Ends everything with <see cref="CloseReason.Stopped"/>, and closes every socket.</summary>
    void Release();
}
