// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Tables;
using LbEngine.Timing;
using LbEngine.Transport.Linux.Interop;
using LbEngine.Transport.Probes;

namespace LbEngine.Transport.Linux.Probes;

/// <summary>
/// Asks whether something listens at an address without becoming a connection there. One thread owns it; only <see cref="Wake"/> is for any thread.
/// </summary>
/// <remarks>
/// A SYN probe without raw sockets: the kernel is told to hold back the handshake's last acknowledgement for the first data
/// (<c>TCP_QUICKACK</c> 0, as for a client that speaks first), and RST comes instead. The peer's kernel then drops the half-open
/// connection, and its application is never told of it.
/// </remarks>
internal sealed class HandshakeProber : ILoopWait
{
    private const int EventsPerWait = 128;
    private const ulong WakeToken = ulong.MaxValue;

    private readonly TimeProvider _timeProvider;
    private readonly Epoll _epoll;
    private readonly WakeEvent _wake;
    private readonly EpollEvents _events = new(EventsPerWait);
    private readonly TimerWheel _wheel;
    private readonly List<Attempt> _attempts = [];
    private readonly Stack<Attempt> _free = new();

    private HandshakeProber(TimeProvider timeProvider, Epoll epoll, WakeEvent wake)
    {
        _timeProvider = timeProvider;
        _epoll = epoll;
        _wake = wake;
        _wheel = new TimerWheel(CoarseClock.ReadMilliseconds(timeProvider));
    }

    /// <summary>Null where the system has no descriptor left.</summary>
    public static HandshakeProber? TryOpen(TimeProvider timeProvider)
    {
        if (Epoll.TryOpen(out _) is not Epoll epoll)
        {
            return null;
        }

        if (WakeEvent.TryOpen(out _) is not WakeEvent wake)
        {
            epoll.Close();
            return null;
        }

        if (epoll.Add(wake.Descriptor, Epoll.EPOLLIN | Epoll.EPOLLET, WakeToken).Failed)
        {
            wake.Close();
            epoll.Close();
            return null;
        }

        return new HandshakeProber(timeProvider, epoll, wake);
    }

    /// <summary>Begins a handshake; the owner hears of it in a later <see cref="Wait"/>, or at once when it cannot begin.</summary>
    public void Start(SocketAddress address, SourceAddresses sources, int timeoutMilliseconds, IHandshakeOwner owner)
    {
        ReadOnlySpan<byte> bytes = SocketAddressBytes.Of(address);
        long started = _timeProvider.GetTimestamp();
        IoResult opened = OpenFrom(sources, isIPv4: bytes.Length == SocketAddressBytes.IPv4Length);
        if (opened.Failed)
        {
            owner.OnHandshake(opened.Error, TimeSpan.Zero);
            return;
        }

        int fd = opened.Value;
        SocketCalls.SetOption(fd, SocketOption.IPPROTO_TCP, SocketOption.TCP_QUICKACK, 0);
        SocketCalls.SetResetOnClose(fd);
        Attempt attempt = _free.TryPop(out Attempt? used) ? used : Add();
        IoResult connected = SocketCalls.Connect(fd, bytes);
        int errno = connected.Error is Errno.EINPROGRESS or Errno.EINTR ? 0 : connected.Error;
        errno = errno == 0 ? _epoll.Add(fd, Epoll.EPOLLOUT | Epoll.EPOLLET, (ulong)attempt.Index).Error : errno;
        attempt.Begin(fd, SocketAddressBytes.Parse(bytes), started, owner);
        if (errno != 0)
        {
            End(attempt, errno);
            return;
        }

        _wheel.Schedule(attempt, CoarseClock.ReadMilliseconds(_timeProvider) + timeoutMilliseconds);
    }

    /// <summary>Waits up to a time (-1: for ever), or until <see cref="Wake"/>, and tells every owner what happened meanwhile.</summary>
    public void Wait(int milliseconds)
    {
        int untilTimeout = _wheel.MillisecondsUntilNext(CoarseClock.ReadMilliseconds(_timeProvider));
        int wait = untilTimeout < 0 ? milliseconds : milliseconds < 0 ? untilTimeout : Math.Min(milliseconds, untilTimeout);
        TakeEvents(wait);
        long now = CoarseClock.ReadMilliseconds(_timeProvider);
        if (_wheel.MillisecondsUntilNext(now) == 0)
        {
            // What has come in time must not be taken for missing: a process that was stopped wakes up with an interrupted wait and no events.
            while (TakeEvents(0) == EventsPerWait)
            {
            }

            while (_wheel.TryTakeExpired(now) is Attempt late)
            {
                End(late, Errno.ETIMEDOUT);
            }
        }
    }

    /// <summary>Makes the present or next <see cref="Wait"/> return at once. Any thread.</summary>
    public void Wake() => _wake.Signal();

    /// <summary>Closes every handshake; their owners hear nothing. After the last <see cref="Wait"/>.</summary>
    public void Dispose()
    {
        _attempts.ForEach(attempt => attempt.Close());
        _epoll.Close();
        _wake.Close();
    }

    /// <summary>A socket that is bound to the first source address that can be had.</summary>
    private static IoResult OpenFrom(SourceAddresses sources, bool isIPv4)
    {
        SourceTurn turn = sources.Begin(isIPv4, client: default);
        while (true)
        {
            IoResult opened = SocketCalls.Open(isIPv4 ? SocketCalls.AF_INET : SocketCalls.AF_INET6);
            if (opened.Failed || SourceBinding.Bind(opened.Value, turn.Take(), isStream: true) == SourceProblem.None)
            {
                return opened;
            }

            SocketCalls.Close(opened.Value);
            if (!turn.HasMore)
            {
                return IoResult.Failure(Errno.EADDRNOTAVAIL);
            }
        }
    }

    private int TakeEvents(int milliseconds)
    {
        int count = _epoll.Wait(_events, milliseconds);
        for (int i = 0; i < count; i++)
        {
            _events.Read(i, out uint events, out ulong data);
            if (data == WakeToken)
            {
                _wake.Clear();
            }
            else if (_attempts[(int)data] is { IsOpen: true } attempt)
            {
                bool hasFailed = (events & (Epoll.EPOLLERR | Epoll.EPOLLHUP)) != 0;
                End(attempt, hasFailed || OwnName.IsPeer(attempt.Descriptor, attempt.Peer) ? ErrorOf(attempt) : 0);
            }
        }

        return count;
    }

    /// <summary>A socket that hung up without an error was closed by the other side, and one that has met itself has no other side: nobody is there.</summary>
    private static int ErrorOf(Attempt attempt) => SocketCalls.TakeError(attempt.Descriptor) is > 0 and int errno ? errno : Errno.ECONNREFUSED;

    private void End(Attempt attempt, int errno)
    {
        _wheel.Cancel(attempt);
        IHandshakeOwner owner = attempt.Owner!;
        TimeSpan elapsed = _timeProvider.GetElapsedTime(attempt.Started);
        attempt.Close();
        _free.Push(attempt);
        owner.OnHandshake(errno, elapsed);
    }

    private Attempt Add()
    {
        var attempt = new Attempt(_attempts.Count);
        _attempts.Add(attempt);
        return attempt;
    }

    /// <summary>One handshake; used again for another.</summary>
    private sealed class Attempt(int index) : TimerNode
    {
        public int Index { get; } = index;

        public int Descriptor { get; private set; } = -1;

        public EndPointKey Peer { get; private set; }

        public long Started { get; private set; }

        public IHandshakeOwner? Owner { get; private set; }

        public bool IsOpen => Descriptor >= 0;

        public void Begin(int descriptor, EndPointKey peer, long started, IHandshakeOwner owner) =>
            (Descriptor, Peer, Started, Owner) = (descriptor, peer, started, owner);

        public void Close()
        {
            if (IsOpen)
            {
                SocketCalls.Close(Descriptor);
                Descriptor = -1;
                Owner = null;
            }
        }
    }
}
