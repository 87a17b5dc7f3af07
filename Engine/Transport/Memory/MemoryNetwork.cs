// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Transport;

namespace LbEngine.Testing;

/// <summary>A network in memory: a whole balancer in a unit test, with scripted clients and backends, without a socket and without waiting.</summary>
/// <remarks>
/// <para>
/// The balancer is the real one; only its transport is replaced. Limits, affinity, schedulers, fail-over, half-close, resets
/// and time-outs are what they are over sockets, and so are the flows of UDP, whose network loses nothing. Everything that a call causes has happened
/// when the call returns, in an order that
/// is the same in every run; with a <see cref="ManualTimeProvider"/> so have all time-outs.
/// </para>
/// <para>Several balancers may share a network, and the listener of one may be a backend of another. Any thread may call.</para>
/// </remarks>
/// <example>
/// <code>
/// var time = new ManualTimeProvider();
/// var network = new MemoryNetwork(time);
/// network.AddBackend("10.0.0.1:80");
/// await using LoadBalancer balancer = new LoadBalancerBuilder()
///     .UseMemoryNetwork(network)
///     .AddListener("web", "192.0.2.1:80", pool: "site")
///     .AddPool("site", pool => pool.AddBackend("a", "10.0.0.1:80"))
///     .Build();
/// await balancer.StartAsync();
///
/// MemoryClient client = network.Connect("198.51.100.7:5000", to: "192.0.2.1:80");
/// client.Send("hello");
/// Assert.Equal("hello", client.ReceivedText);
///
/// time.Advance(TimeSpan.FromMinutes(15));
/// Assert.Equal(MemoryClose.Fin, client.Closed);
/// </code>
/// </example>
public sealed class MemoryNetwork
{
    private const int FirstEphemeralPort = 49_152;
    private const int EphemeralPorts = 65_536 - FirstEphemeralPort;

    private readonly Dictionary<IPEndPoint, MemoryBackend> _backends = [];
    private readonly Dictionary<IPEndPoint, MemoryListener> _listeners = [];
    private int _portsGiven;

    /// <summary>An empty network.</summary>
    /// <param name="timeProvider">The clock of every balancer on it; a <see cref="ManualTimeProvider"/> in nearly every test.</param>
    public MemoryNetwork(TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        TimeProvider = timeProvider;
        Datagrams = new DatagramWires(Queue);
    }

    /// <summary>The clock of every balancer on this network.</summary>
    public TimeProvider TimeProvider { get; }

    /// <summary>The host names that balancers on this network find.</summary>
    internal MemoryNames Names { get; } = new();

    internal RunQueue Queue { get; } = new();

    /// <summary>Who sends and takes datagrams. TCP and UDP may use the same address and port side by side.</summary>
    internal DatagramWires Datagrams { get; }

    /// <summary>
    /// Gives a host name its addresses, such as <c>10.0.0.1</c>, instead of those it had. Balancers find it when they look it up next. Without
    /// addresses it does not resolve, as every name that nobody has set.
    /// </summary>
    /// <param name="name">A name that backends are configured by, without a port.</param>
    /// <param name="addresses">IPv4 and IPv6 addresses.</param>
    /// <exception cref="FormatException">One of them is none.</exception>
    public void SetAddresses(string name, params ReadOnlySpan<string> addresses)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var parsed = new IPAddress[addresses.Length];
        for (int i = 0; i < parsed.Length; i++)
        {
            parsed[i] = IPAddress.Parse(addresses[i]);
        }

        Names.Set(name, parsed);
    }

    /// <summary>Adds a backend, which accepts and echoes until it is told otherwise.</summary>
    /// <param name="endPoint">Address and port, such as <c>10.0.0.1:80</c> or <c>[2001:db8::1]:80</c>.</param>
    /// <exception cref="ArgumentException">Not an address and port, or something is there already.</exception>
    public MemoryBackend AddBackend(string endPoint) => AddBackend(MemoryAddress.Parse(endPoint, nameof(endPoint)));

    /// <summary>Adds a backend, which accepts and echoes until it is told otherwise.</summary>
    /// <param name="endPoint">Where it is.</param>
    /// <exception cref="ArgumentException">The port is 0, or something is there already.</exception>
    public MemoryBackend AddBackend(IPEndPoint endPoint)
    {
        var backend = new MemoryBackend(Queue, MemoryAddress.WithPort(endPoint, nameof(endPoint)));
        Queue.FromTest(() =>
        {
            if (Find(backend.EndPoint) is not null || !_backends.TryAdd(backend.EndPoint, backend))
            {
                throw new ArgumentException($"There is a backend or a listener at {backend.EndPoint} already.", nameof(endPoint));
            }
        });
        return backend;
    }

    /// <summary>Adds a UDP backend, which sends back whatever comes until it is told otherwise.</summary>
    /// <param name="endPoint">Address and port, such as <c>10.0.0.1:53</c>; a TCP backend may be there too.</param>
    /// <exception cref="ArgumentException">Not an address and port, or a UDP backend or listener is there already.</exception>
    public MemoryDatagramBackend AddDatagramBackend(string endPoint) => AddDatagramBackend(MemoryAddress.Parse(endPoint, nameof(endPoint)));

    /// <summary>Adds a UDP backend, which sends back whatever comes until it is told otherwise.</summary>
    /// <param name="endPoint">Where it is; a TCP backend may be there too.</param>
    /// <exception cref="ArgumentException">The port is 0, or a UDP backend or listener is there already.</exception>
    public MemoryDatagramBackend AddDatagramBackend(IPEndPoint endPoint)
    {
        var backend = new MemoryDatagramBackend(this, MemoryAddress.WithPort(endPoint, nameof(endPoint)));
        Queue.FromTest(() => Datagrams.Add(backend, nameof(endPoint)));
        return backend;
    }

    /// <summary>Adds a UDP client. See <see cref="AddDatagramClient(IPEndPoint, IPEndPoint)"/>.</summary>
    /// <param name="from">The client's address, such as <c>198.51.100.7:5000</c>; without a port it gets one.</param>
    /// <param name="to">Where the balancer listens, such as <c>192.0.2.1:53</c>.</param>
    /// <exception cref="ArgumentException">Not an address and port.</exception>
    public MemoryDatagramClient AddDatagramClient(string from, string to) =>
        AddDatagramClient(MemoryAddress.ParseAny(from, nameof(from)), MemoryAddress.Parse(to, nameof(to)));

    /// <summary>Adds a UDP client. Nothing is sent yet.</summary>
    /// <param name="from">The client's address; port 0 takes the next one. It may be forged: nobody checks.</param>
    /// <param name="to">Where the balancer listens. A listener of 0.0.0.0 or [::] is met at any address of its family, and answers from that one.</param>
    public MemoryDatagramClient AddDatagramClient(IPEndPoint from, IPEndPoint to)
    {
        ArgumentNullException.ThrowIfNull(from);
        IPEndPoint remote = MemoryAddress.WithPort(to, nameof(to));
        IPEndPoint local = MemoryAddress.Normalize(from);
        return Queue.Read(() => new MemoryDatagramClient(this, local.Port == 0 ? NextEndPoint(local.Address) : local, remote));
    }

    /// <summary>Connects a client. See <see cref="Connect(IPEndPoint, IPEndPoint)"/>.</summary>
    /// <param name="from">The client's address, such as <c>198.51.100.7:5000</c>; without a port it gets one.</param>
    /// <param name="to">Where the balancer listens, such as <c>192.0.2.1:80</c>.</param>
    /// <exception cref="ArgumentException">Not an address and port.</exception>
    public MemoryClient Connect(string from, string to) =>
        Connect(MemoryAddress.ParseAny(from, nameof(from)), MemoryAddress.Parse(to, nameof(to)));

    /// <summary>Connects a client. It is <see cref="MemoryConnection.Closed"/> with <see cref="MemoryClose.Refused"/> when nothing listens there.</summary>
    /// <param name="from">The client's address; port 0 takes the next one.</param>
    /// <param name="to">Where the balancer listens. A listener of 0.0.0.0 or [::] is met at any address of its family.</param>
    public MemoryClient Connect(IPEndPoint from, IPEndPoint to)
    {
        ArgumentNullException.ThrowIfNull(from);
        IPEndPoint remote = MemoryAddress.WithPort(to, nameof(to));
        IPEndPoint local = MemoryAddress.Normalize(from);
        MemoryClient? client = null;
        Queue.FromTest(() =>
        {
            client = new MemoryClient(Queue, local.Port == 0 ? NextEndPoint(local.Address) : local, remote);
            if (Find(remote) is MemoryListener listener)
            {
                var arrived = new RelayEnd(Queue, client.RemoteEndPoint, client.LocalEndPoint);
                arrived.LinkTo(client);
                client.LinkTo(arrived);
                listener.Arrive(arrived);
            }
            else
            {
                client.Refuse();
            }
        });
        return client!;
    }

    /// <summary>Does something when the present call is over, without the queue's lock, and before the test goes on.</summary>
    internal void RunLater(Action action) => Queue.FromEngine(() => Queue.Afterwards(action));

    /// <summary>How a connect to an address would fail now; null when it would not. Counts as no connect.</summary>
    internal ConnectFailure? FindConnectFailure(IPEndPoint endPoint) => Queue.Read(() =>
    {
        if (_backends.TryGetValue(endPoint, out MemoryBackend? backend))
        {
            return backend.Outcome switch
            {
                ConnectOutcome.Connected => (ConnectFailure?)null,
                ConnectOutcome.Refused => ConnectFailure.Refused,
                ConnectOutcome.Unreachable => ConnectFailure.Unreachable,
                _ => ConnectFailure.TimedOut,
            };
        }

        return Find(endPoint) is null ? ConnectFailure.Refused : null;
    });

    /// <summary>Puts a listener on the network. Under the queue's lock.</summary>
    /// <exception cref="ListenerBindException">Something is there already.</exception>
    internal MemoryListener Bind(MemoryTransport transport, Listener listener, IPEndPoint bind)
    {
        IPEndPoint endPoint = EndPointFor(bind);
        if (_backends.ContainsKey(endPoint) || _listeners.Keys.Any(taken => MemoryAddress.Overlap(taken, endPoint)))
        {
            throw new ListenerBindException(listener.Name, endPoint, "the address is in use on this network");
        }

        var bound = new MemoryListener(transport, listener, endPoint);
        _listeners.Add(endPoint, bound);
        return bound;
    }

    /// <summary>Takes a listener off the network. Under the queue's lock.</summary>
    internal void Unbind(MemoryListener listener) => _listeners.Remove(listener.EndPoint);

    /// <summary>A balancer connects to a backend or to another balancer. Under the queue's lock.</summary>
    internal ConnectOutcome ConnectBackend(RelayEnd end)
    {
        if (_backends.TryGetValue(end.RemoteEndPoint, out MemoryBackend? backend))
        {
            return backend.Connect(end);
        }

        if (Find(end.RemoteEndPoint) is not MemoryListener listener)
        {
            return ConnectOutcome.Refused;
        }

        var arrived = new RelayEnd(Queue, end.RemoteEndPoint, end.LocalEndPoint);
        arrived.LinkTo(end);
        end.LinkTo(arrived);
        listener.Arrive(arrived);
        return ConnectOutcome.Connected;
    }

    /// <summary>Where a listener listens that asks for an address and perhaps any port. Under the queue's lock.</summary>
    internal IPEndPoint EndPointFor(IPEndPoint bind)
    {
        IPEndPoint wanted = MemoryAddress.Normalize(bind);
        return wanted.Port == 0 ? NextEndPoint(wanted.Address) : wanted;
    }

    /// <summary>The address with a port that was not given out for long. Under the queue's lock.</summary>
    internal IPEndPoint NextEndPoint(IPAddress address) => new(address, FirstEphemeralPort + (_portsGiven++ % EphemeralPorts));

    private MemoryListener? Find(IPEndPoint to)
    {
        IPAddress any = MemoryAddress.AnyOf(to.Address);
        return _listeners.GetValueOrDefault(to) ?? _listeners.GetValueOrDefault(new IPEndPoint(any, to.Port));
    }
}
