// SPDX-License-Identifier: MIT
using LbEngine.Connections;

namespace LbEngine.Transport.Linux.Streams;

/// <summary>The TCP listeners of one reactor; epoll data names them by their place. Reactor thread only.</summary>
internal sealed class AcceptorGroup
{
    private const int HeldRetryMilliseconds = 20;

    private readonly List<Acceptor> _acceptors = [];

    // Those with clients, or held: each turn looks at these alone, however many listeners there are.
    private readonly List<Acceptor> _busy = [];

    /// <summary>Takes an acceptor in, at a place that nobody holds any more, and registers its socket.</summary>
    public void Add(Acceptor acceptor)
    {
        int index = _acceptors.FindIndex(old => !old.IsOpen);
        if (index < 0)
        {
            index = _acceptors.Count;
            _acceptors.Add(acceptor);
        }
        else
        {
            _acceptors[index] = acceptor;
        }

        acceptor.Register(index);
        _busy.Add(acceptor);
    }

    /// <summary>epoll reported clients. The report may be older than a removal in the same turn.</summary>
    public void Note(int index)
    {
        if (index < _acceptors.Count)
        {
            Acceptor acceptor = _acceptors[index];
            if (!acceptor.HasWork && !acceptor.IsHeld)
            {
                _busy.Add(acceptor);
            }

            acceptor.Note();
        }
    }

    /// <summary>Lets everyone accept who has clients, or might have room again.</summary>
    public void Accept()
    {
        for (int i = _busy.Count - 1; i >= 0; i--)
        {
            Acceptor acceptor = _busy[i];
            if (acceptor.HasWork || acceptor.IsHeld)
            {
                acceptor.Accept();
            }

            if (!acceptor.HasWork && !acceptor.IsHeld)
            {
                _busy[i] = _busy[^1];
                _busy.RemoveAt(_busy.Count - 1);
            }
        }
    }

    /// <summary>Shortens the time that the reactor may sleep; -1 is for ever.</summary>
    public int LimitTimeout(int timeout)
    {
        foreach (Acceptor acceptor in _busy)
        {
            if (acceptor.IsHeld)
            {
                timeout = (uint)timeout > HeldRetryMilliseconds ? HeldRetryMilliseconds : timeout;
            }
            else if (acceptor.HasWork)
            {
                timeout = 0;
            }
        }

        return timeout;
    }

    /// <summary>Serves the clients in the backlog of some listeners, or of all when null, then closes its sockets.</summary>
    public void Stop(IReadOnlySet<Listener>? listeners)
    {
        foreach (Acceptor acceptor in _acceptors)
        {
            if (acceptor.IsOpen && (listeners is null || listeners.Contains(acceptor.Listener)))
            {
                acceptor.Stop();
            }
        }

        while (_acceptors.Count > 0 && !_acceptors[^1].IsOpen)
        {
            _acceptors.RemoveAt(_acceptors.Count - 1);
        }
    }

    public void Close() => _acceptors.ForEach(acceptor => acceptor.Close());
}
