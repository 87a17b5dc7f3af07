// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Configuration;
using LbEngine.Configuration.Schema;
using LbEngine.Control;
using LbEngine.Control.Operator;
using LbEngine.Control.Succession;
using LbEngine.Observability;
using LbEngine.Resolution;
using LbEngine.Scheduling;
using LbEngine.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LbEngine;

/// <summary>Builds a <see cref="LoadBalancer"/> in code, without a host. Not thread-safe.</summary>
/// <example>
/// <code>
/// await using LoadBalancer balancer = new LoadBalancerBuilder()
///     .AddListener("web", "127.0.0.1:8080", pool: "site")
///     .AddPool("site", pool => pool.AddBackend("a", "127.0.0.1:9001", weight: 2).AddBackend("b", "127.0.0.1:9002"))
///     .Build();
/// await balancer.StartAsync();
/// </code>
/// </example>
public sealed class LoadBalancerBuilder
{
    private readonly SchedulerRegistry _schedulers = SchedulerRegistry.CreateDefault();
    private LoadBalancerOptions _options = new();
    private ILoggerFactory _loggerFactory = NullLoggerFactory.Instance;
    private TimeProvider _timeProvider = TimeProvider.System;
    private TransportChoice? _transport;
    private IHostResolver _resolver = new SystemHostResolver();
    private string? _stateFile;
    private string? _predecessor;
    private IReadOnlyList<int> _inherited = [];
    private readonly List<IConnectionFilter> _filters = [];

    /// <summary>Every scheduler that a pool may name.</summary>
    internal IReadOnlyCollection<string> SchedulerNames => _schedulers.Names;

    /// <summary>Takes a whole configuration instead of what was added so far. The object is read by <see cref="Build"/>, not copied before.</summary>
    public LoadBalancerBuilder Configure(LoadBalancerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        return this;
    }

    /// <summary>Changes the configuration in place.</summary>
    public LoadBalancerBuilder Configure(Action<LoadBalancerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(_options);
        return this;
    }

    /// <summary>Adds an entrance for TCP.</summary>
    /// <param name="name">A name that no other listener has.</param>
    /// <param name="bind">Address and port, such as <c>0.0.0.0:8080</c>; port 0 takes a free one.</param>
    /// <param name="pool">Name of the pool that takes the traffic.</param>
    /// <param name="configure">Changes further settings.</param>
    /// <exception cref="ArgumentException">There is a listener of that name.</exception>
    public LoadBalancerBuilder AddListener(string name, string bind, string pool, Action<ListenerOptions>? configure = null)
    {
        var listener = new ListenerOptions { Bind = bind, Pool = pool };
        configure?.Invoke(listener);
        _options.Listeners.Add(name, listener);
        return this;
    }

    /// <summary>Adds an entrance for UDP. It may have the address and port, and the pool, of a listener for TCP.</summary>
    /// <param name="name">A name that no other listener has.</param>
    /// <param name="bind">Address and port, such as <c>0.0.0.0:53</c>; port 0 takes a free one.</param>
    /// <param name="pool">Name of the pool that takes the traffic.</param>
    /// <param name="configure">Changes further settings, such as <c>listener => listener.Responses = 1</c> for DNS.</param>
    /// <exception cref="ArgumentException">There is a listener of that name.</exception>
    public LoadBalancerBuilder AddUdpListener(string name, string bind, string pool, Action<ListenerOptions>? configure = null) =>
        AddListener(name, bind, pool, listener =>
        {
            listener.Protocol = ListenerProtocol.Udp;
            configure?.Invoke(listener);
        });

    /// <summary>Adds a pool.</summary>
    /// <param name="name">A name that no other pool has.</param>
    /// <param name="configure">Adds backends and changes settings.</param>
    /// <exception cref="ArgumentException">There is a pool of that name.</exception>
    public LoadBalancerBuilder AddPool(string name, Action<BackendPoolOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var pool = new BackendPoolOptions();
        configure(pool);
        _options.Pools.Add(name, pool);
        return this;
    }

    /// <summary>Makes a scheduler of your own known by name, for <see cref="BackendPoolOptions.Scheduler"/>.</summary>
    /// <param name="name">A name that no other scheduler has; case does not matter.</param>
    /// <param name="factory">Called once per pool that names it and whenever that pool's backends change.</param>
    /// <exception cref="ArgumentException">There is a scheduler of that name.</exception>
    public LoadBalancerBuilder AddScheduler(string name, SchedulerFactory factory)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(factory);
        _schedulers.Add(name, factory);
        return this;
    }

    /// <summary>
    /// Asks a filter of your own about each client before a backend is chosen for it. Several are asked in the order in which they were added, until one
    /// turns the client away. Default: none, which costs nothing.
    /// </summary>
    /// <param name="filter">Called on the threads that move bytes: see <see cref="IConnectionFilter"/>.</param>
    /// <example>
    /// <code>
    /// builder.AddConnectionFilter(new BlockList(blocked));
    /// </code>
    /// </example>
    public LoadBalancerBuilder AddConnectionFilter(IConnectionFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        _filters.Add(filter);
        return this;
    }

    /// <summary>Where the engine logs. Default: nowhere.</summary>
    public LoadBalancerBuilder UseLoggerFactory(ILoggerFactory loggerFactory)
    {
        ArgumentNullException.ThrowIfNull(loggerFactory);
        _loggerFactory = loggerFactory;
        return this;
    }

    /// <summary>Where the engine reads monotonic time. Default: <see cref="TimeProvider.System"/>.</summary>
    public LoadBalancerBuilder UseTimeProvider(TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        _timeProvider = timeProvider;
        return this;
    }

    /// <summary>
    /// Keeps what is set at run time (<see cref="LoadBalancer.SetBackendStateAsync"/>, <see cref="LoadBalancer.SetBackendWeightAsync"/>) in a file, which
    /// is read again by <see cref="Build"/>. Default: it is forgotten with the engine.
    /// </summary>
    /// <param name="path">A file in a directory where this process may write, or a link to one; it is replaced by renaming. A regular file that is no
    /// state file is never touched. One engine, one file.</param>
    public LoadBalancerBuilder UseStateFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _stateFile = path;
        return this;
    }

    /// <summary>
    /// Takes over the listening sockets of an engine that waits in <see cref="LoadBalancer.HandOverAsync"/>, so that no client is refused while
    /// one process follows another. When nobody waits there, listeners are bound as usual. Linux transport only.
    /// </summary>
    /// <param name="socketPath">The path that the predecessor waits at.</param>
    public LoadBalancerBuilder UsePredecessor(string socketPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(socketPath);
        _predecessor = socketPath;
        return this;
    }

    /// <summary>
    /// Uses listening sockets that another program has opened for this process, such as those of systemd's socket activation. Linux transport only.
    /// </summary>
    /// <param name="descriptors">Descriptors of sockets that are bound, TCP ones listening. The engine owns them from its start on; one that no
    /// listener is configured for is closed.</param>
    public LoadBalancerBuilder UseInheritedSockets(IEnumerable<int> descriptors)
    {
        ArgumentNullException.ThrowIfNull(descriptors);
        _inherited = [.. descriptors];
        return this;
    }

    /// <summary>Checks the configuration and builds the engine. Nothing is bound yet.</summary>
    /// <exception cref="LoadBalancerConfigurationException">The configuration has mistakes; the exception lists all of them.</exception>
    /// <exception cref="Files.RefusedFileException">The state file is no regular file, or something else than a state file.</exception>
    public LoadBalancer Build()
    {
        IReadOnlyList<ConfigurationError> errors = LoadBalancerOptionsValidator.Validate(_options, _schedulers.Names);
        if (errors.Count > 0)
        {
            throw new LoadBalancerConfigurationException(errors);
        }

        var setup = new EngineSetup(
            _options,
            _schedulers,
            _transport ?? TransportChoice.From(_options.Transport),
            _resolver,
            new Predecessor(_predecessor, _inherited),
            _stateFile is null ? null : new OperatorSettingsFile(_stateFile),
            _timeProvider,
            new ContainedLogger(_loggerFactory.CreateLogger("LbEngine")))
        {
            Filters = [.. _filters],
        };
        return new LoadBalancer(EngineParts.Create(setup));
    }

    /// <summary>Moves bytes in another way than the configuration says: the in-memory transport uses this.</summary>
    internal LoadBalancerBuilder UseTransport(TransportChoice transport)
    {
        _transport = transport;
        return this;
    }

    /// <summary>Resolves host names in another way than the operating system does: the network in memory, and tests, use this.</summary>
    internal LoadBalancerBuilder UseHostResolver(IHostResolver resolver)
    {
        _resolver = resolver;
        return this;
    }
}
