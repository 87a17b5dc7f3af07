// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Scheduling;
using LbEngine.Tables;
using LbEngine.Testing;
using LbEngine.Transport.Linux;
using LbEngine.Transport.Linux.Interop;
using LbEngine.Transport.Linux.Streams;
using Microsoft.Extensions.Logging.Abstractions;

namespace LbEngine.Tests.Transport.Linux.Streams;

/// <summary>The stages of a reactor's TCP half without a reactor: one connection between two real sockets, and the test makes the calls and the time.</summary>
internal sealed class StreamStage : IDisposable
{
    private readonly Epoll _epoll = Epoll.TryOpen(out _)!;
    private readonly Epoll _watch = Epoll.TryOpen(out _)!;
    private readonly EpollEvents _events = new(1);
    private readonly int _client;
    private readonly int _backend;

    /// <param name="smallBuffers">The peers take little before they block.</param>
    /// <param name="buffers">Bounds what blocked peers cost; null for nothing.</param>
    public StreamStage(bool smallBuffers = false, LbEngine.Transport.BufferBudget? buffers = null)
    {
        var pool = new BackendPool(0, "site", "test", static set => new SmoothWeightedRoundRobinScheduler(set));
        Listener = new Listener { Id = 1, Name = "web", Bind = new IPEndPoint(IPAddress.Loopback, 0), Pool = pool, KeepAlive = new KeepAlive(0, 10, 3) };
        Forwarder = new RecordingForwarder(Table);
        var context = new LbEngine.Transport.TransportContext(Forwarder, null!, Table, Time, NullLogger.Instance, 1)
        {
            Buffers = buffers ?? LbEngine.Transport.BufferBudget.Unlimited,
        };
        Parts = new StreamParts(new ReactorParts(context, _epoll, 0, static _ => { }), Forwarder);
        Closer = new ConnectionCloser(Parts);
        (_client, Client) = Connect(smallBuffers);
        (_backend, Backend) = Connect(smallBuffers);
        Connection = Open(pool);
    }

    public ManualTimeProvider Time { get; } = new();

    public ConnectionTable Table { get; } = new(4);

    public RecordingForwarder Forwarder { get; }

    public StreamParts Parts { get; }

    public ConnectionCloser Closer { get; }

    public Listener Listener { get; }

    public LinuxConnection Connection { get; }

    /// <summary>The far end of the client's side.</summary>
    public Socket Client { get; }

    /// <summary>The far end of the backend's side.</summary>
    public Socket Backend { get; }

    public ref ConnectionEntry Entry => ref Table.GetEntry(Connection.Handle);

    /// <summary>Lets time pass, as a reactor's turn would see it; returns the clock.</summary>
    public long Advance(int milliseconds)
    {
        Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        return Parts.Clock.Refresh();
    }

    /// <summary>Waits until the connection's own socket reports bytes, an end or an error, and notes what epoll says.</summary>
    public void Arrive(Side side) => Arrive(side, Epoll.EPOLLIN);

    /// <summary>Ends a side, and waits for its FIN behind what was sent before.</summary>
    public void Finish(Side side)
    {
        (side == Side.Client ? Client : Backend).Shutdown(SocketShutdown.Send);
        Arrive(side, Epoll.EPOLLRDHUP);
    }

    public void Dispose()
    {
        if (Forwarder.Reason is null)
        {
            Closer.End(Connection, CloseReason.Stopped);
        }

        Parts.Pipes.Close();
        _watch.Close();
        _epoll.Close();
        Client.Dispose();
        Backend.Dispose();
    }

    private void Arrive(Side side, uint wanted)
    {
        int own = side == Side.Client ? _client : _backend;
        Assert.False(_watch.Add(own, wanted, 0).Failed);
        Assert.True(_watch.Wait(_events, 10_000) == 1, $"Nothing came from the {side}.");
        _watch.Remove(own);
        _events.Read(0, out uint events, out _);
        Connection.End(side).Note(events | Epoll.EPOLLIN);
    }

    private LinuxConnection Open(BackendPool pool)
    {
        LinuxConnection connection = Parts.Connections.Rent();
        connection.Listener = Listener;
        connection.Pool = pool;
        var key = new FlowKey(new EndPointKey(AddressKey.FromIPv4(0x7F00_0001), 4242), Listener.Id);
        Assert.True(Table.TryAdd(key, 0, 0, Parts.Clock.Milliseconds, out ConnectionHandle handle));
        connection.Handle = handle;
        connection.HoldsEntry = true;
        connection.ClientEnd = SocketEnd.Open(_client);
        connection.BackendEnd = SocketEnd.Open(_backend);
        connection.ClientEnd.Readable = false;
        connection.BackendEnd.Readable = false;
        Parts.Hold(connection);
        return connection;
    }

    /// <summary>Two ends of one TCP connection; the near one is a descriptor that belongs to the connection under test.</summary>
    private static (int Near, Socket Far) Connect(bool smallBuffers)
    {
        using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (smallBuffers)
        {
            listening.ReceiveBufferSize = 8 * 1024;
            near.SendBufferSize = 8 * 1024;
        }

        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen(1);
        near.Connect(listening.LocalEndPoint!);
        Socket far = listening.Accept();
        far.ReceiveTimeout = 10_000;
        near.Blocking = false;
        return (SocketCalls.Duplicate((int)near.Handle).Value, far);
    }
}
