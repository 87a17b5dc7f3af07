// SPDX-License-Identifier: MIT
using System.Net;
using System.Text;
using LbEngine.Lifecycle;

namespace LbEngine.Testing;

/// <summary>A UDP backend in the hands of a test: what it does with the datagrams that come.</summary>
/// <remarks>
/// It sends back whatever comes until it is told otherwise; the latest of <see cref="Echo"/>, <see cref="Respond(string)"/>,
/// <see cref="OnReceived"/>, <see cref="Silent"/>, <see cref="Refuse"/>, <see cref="Prohibit"/> and <see cref="Unreachable"/> holds. Each
/// returns the backend, so that calls can follow each other. Any thread may call.
/// </remarks>
/// <example>
/// <code>
/// network.AddDatagramBackend("10.0.0.1:53").Refuse();                      // the query goes to another
/// network.AddDatagramBackend("10.0.0.2:53").Respond("192.0.2.80");
/// </code>
/// </example>
public sealed class MemoryDatagramBackend
{
    private readonly MemoryNetwork _network;
    private readonly List<MemoryDatagram> _received = [];
    private Action<MemoryDatagram>? _handler = static datagram => datagram.Reply(datagram.Bytes.Span);
    private PathError _error;

    /// <summary>Internal: made by a <see cref="MemoryNetwork"/>.</summary>
    internal MemoryDatagramBackend(MemoryNetwork network, IPEndPoint endPoint)
    {
        _network = network;
        EndPoint = endPoint;
    }

    /// <summary>Where it is.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>The datagrams that have come so far, in that order; refused ones are not among them.</summary>
    public IReadOnlyList<MemoryDatagram> Received => _network.Queue.Read(() => _received.ToArray());

    /// <summary>The same as UTF-8 texts.</summary>
    public IReadOnlyList<string> ReceivedTexts => [.. Received.Select(datagram => datagram.Text)];

    /// <summary>From now on sends back whatever comes. This is the default.</summary>
    public MemoryDatagramBackend Echo() => OnReceived(static datagram => datagram.Reply(datagram.Bytes.Span));

    /// <summary>From now on takes datagrams and answers none by itself: the test does, with <see cref="MemoryDatagram.Reply(string)"/>, or nobody.</summary>
    public MemoryDatagramBackend Silent() => Meet(null, PathError.None);

    /// <summary>From now on answers every datagram with <paramref name="answer"/>.</summary>
    public MemoryDatagramBackend Respond(string answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return Respond(Encoding.UTF8.GetBytes(answer));
    }

    /// <summary>From now on answers every datagram with <paramref name="answer"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than 65507 bytes.</exception>
    public MemoryDatagramBackend Respond(ReadOnlySpan<byte> answer)
    {
        byte[] copy = DatagramWires.Copy(answer);
        return OnReceived(datagram => datagram.Reply(copy));
    }

    /// <summary>From now on calls the handler with every datagram that comes.</summary>
    /// <param name="handler">May reply any number of times. Its exceptions come out of the call that caused them.</param>
    public MemoryDatagramBackend OnReceived(Action<MemoryDatagram> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Meet(handler, PathError.None);
    }

    /// <summary>From now on nothing listens there: its host answers each datagram with "port unreachable".</summary>
    public MemoryDatagramBackend Refuse() => Meet(null, PathError.Refused);

    /// <summary>From now on a firewall in front of it answers each datagram with "administratively prohibited".</summary>
    public MemoryDatagramBackend Prohibit() => Meet(null, PathError.Prohibited);

    /// <summary>From now on a router answers each datagram with "host unreachable".</summary>
    public MemoryDatagramBackend Unreachable() => Meet(null, PathError.Unreachable);

    /// <summary>A datagram arrives. Under the queue's lock.</summary>
    internal void Take(IDatagramSource source, byte[] bytes)
    {
        if (_error != PathError.None)
        {
            source.TakeError(_error);
            return;
        }

        var datagram = new MemoryDatagram(_network, source, bytes);
        _received.Add(datagram);
        if (_handler is { } handler && !_network.Queue.RunHandler(() => handler(datagram)))
        {
            _handler = null;
        }
    }

    private MemoryDatagramBackend Meet(Action<MemoryDatagram>? handler, PathError error)
    {
        _network.Queue.FromTest(() =>
        {
            _handler = handler;
            _error = error;
        });
        return this;
    }
}
