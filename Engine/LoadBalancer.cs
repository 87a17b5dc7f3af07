// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Control;
using LbEngine.Control.Model;
using LbEngine.Leasing;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using LbEngine.Observability.Events;

namespace LbEngine;

/// <summary>A layer-4 load balancer: listeners, pools of backends, and the connections between them. Built by <see cref="LoadBalancerBuilder"/>.</summary>
/// <remarks>Every member may be called from any thread. Engines in one process share nothing.</remarks>
/// <example>
/// <code>
/// await balancer.StartAsync();
/// Console.WriteLine(balancer.GetStatus().Listeners[0].EndPoint);
/// await balancer.DrainBackendAsync("site", "a");
/// await balancer.DrainAsync();
/// </code>
/// </example>
public sealed class LoadBalancer : IAsyncDisposable
{
    private readonly EngineParts _parts;

    internal LoadBalancer(EngineParts parts) => _parts = parts;

    /// <summary>Binds every listener and begins to accept. When one listener cannot be bound, none stays bound.</summary>
    /// <remarks>Host names among the backends are resolved first, for at most <see cref="ResolveOptions.Timeout"/>; one that cannot be is logged, and
    /// its backends join when it can.</remarks>
    /// <param name="cancellationToken">Ends the start at once, also while names are looked up; nothing stays open.</param>
    /// <exception cref="Transport.ListenerBindException">A listener could not be bound; names it.</exception>
    /// <exception cref="IOException">There is a predecessor, but nothing can be taken over from it: it is stopped, or another user's.</exception>
    /// <exception cref="InvalidOperationException">The engine was started, drained or disposed before.</exception>
    /// <exception cref="OperationCanceledException">It was ended, or the engine disposed meanwhile.</exception>
    public Task StartAsync(CancellationToken cancellationToken = default) => _parts.Life.StartAsync(cancellationToken);

    /// <summary>
    /// Takes new clients for the drain's delay, then stops accepting, waits until live connections have ended or the drain time-out has passed, then
    /// closes what is left, spread over the drain's spread time, and asks the holders of leases to end. May be called again; every call waits for the
    /// same drain.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting of this call, not the drain. To end the drain at once, dispose the engine.</param>
    public Task DrainAsync(CancellationToken cancellationToken = default) => _parts.Drain.RunAsync(plan: null, cancellationToken);

    /// <summary>The same within other times than the configuration's: whoever stops the engine may have less.</summary>
    internal Task DrainWithinAsync(DrainPlan plan, CancellationToken cancellationToken) => _parts.Drain.RunAsync(plan, cancellationToken);

    /// <summary>The one word of <see cref="GetStatus"/> that says whether clients are served, without counting anything.</summary>
    public LoadBalancerState State => _parts.Status.State;

    /// <summary>What the engine is doing now. Looks at each live connection once, for its bytes: 10 ms for a million of them.</summary>
    public LoadBalancerStatus GetStatus() => _parts.Status.Read();

    /// <summary>The live connections, one after the other, while they come and go. Each is consistent in itself.</summary>
    public IEnumerable<ConnectionStatus> GetConnections() => _parts.Status.ReadConnections();

    /// <summary>The choices that the affinity of pools remembers now.</summary>
    /// <param name="pool">Name of one pool; null for all.</param>
    public IEnumerable<AffinityStatus> GetAffinity(string? pool = null) => _parts.Status.ReadAffinity(pool);

    /// <summary>A copy of the configuration in force. What the operator has set at run time is not in it, but in the status.</summary>
    public LoadBalancerOptions GetConfiguration() => _parts.Reload.GetConfiguration();

    /// <summary>What <see cref="ApplyAsync"/> would change, and how many live connections that concerns. Nothing is checked or changed.</summary>
    public IReadOnlyList<ConfigurationChange> Compare(LoadBalancerOptions options) => _parts.Reload.Compare(options);

    /// <summary>Every mistake in the files that options name, such as the lists of <see cref="ListenerOptions.Deny"/>. Reads them, and changes
    /// nothing.</summary>
    /// <param name="options">Options without mistakes of their own.</param>
    public static IReadOnlyList<ConfigurationError> CheckFiles(LoadBalancerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return AccessLists.Read(options).Errors;
    }

    /// <summary>Every reason for which <see cref="ApplyAsync"/> would refuse a configuration now; empty when it would go by it.</summary>
    /// <param name="options">The whole new configuration. Whether its new addresses can be bound is not tried.</param>
    /// <param name="force">Allows the removal of more than half of all backends.</param>
    public IReadOnlyList<ConfigurationError> Check(LoadBalancerOptions options, bool force = false) => _parts.Reload.Check(options, force);

    /// <summary>
    /// Goes by another configuration, without touching listeners, pools and connections that are the same in both. New listeners are bound
    /// first; when anything fails, the old configuration goes on whole. Counts and what the operator has set survive.
    /// </summary>
    /// <param name="options">The whole new configuration; copied.</param>
    /// <param name="force">Allows the removal of more than half of all backends, which is otherwise taken for a mistake.</param>
    /// <param name="cancellationToken">Ends the wait for another change that is going on; a change that has begun is carried out.</param>
    /// <returns>What has changed.</returns>
    /// <remarks>
    /// A backend that is removed, or gets another address, keeps its live connections until they end or the drain time-out has passed.
    /// New host names are resolved first, for at most <see cref="ResolveOptions.Timeout"/>; one that cannot be has no backend until it can.
    /// A listener is the same as long as its address and protocol are; one that is removed lets its connections and flows end by the drain's times, and a
    /// UDP one keeps its port until then.
    /// </remarks>
    /// <exception cref="LoadBalancerConfigurationException">The configuration has mistakes, or changes what a running engine cannot; lists all of
    /// it.</exception>
    /// <exception cref="Transport.ListenerBindException">A new listener could not be bound; names it.</exception>
    /// <exception cref="InvalidOperationException">The engine drains or has stopped.</exception>
    public Task<IReadOnlyList<ConfigurationChange>> ApplyAsync(
        LoadBalancerOptions options, bool force = false, CancellationToken cancellationToken = default) =>
        _parts.Reload.ApplyAsync(options, force, cancellationToken);

    /// <summary>Adds one backend to a pool: <see cref="ApplyAsync"/> of the configuration in force with that backend in it.</summary>
    /// <param name="pool">Name of the pool.</param>
    /// <param name="backend">A name that no other backend of the pool has.</param>
    /// <param name="options">Where it is, its weight and its limit; copied.</param>
    /// <param name="cancellationToken">Ends the wait for another change that is going on.</param>
    /// <returns>What has changed.</returns>
    /// <remarks>What others change at the same time is kept, whoever comes first. Where the host's configuration is followed, its next change brings the
    /// pool back to what is written there.</remarks>
    /// <example>
    /// <code>
    /// await balancer.AddBackendAsync("site", "c", new BackendOptions { Address = "10.0.0.3:80" });
    /// </code>
    /// </example>
    /// <exception cref="ArgumentException">There is no such pool, or it has a backend of that name.</exception>
    /// <exception cref="LoadBalancerConfigurationException">The options have mistakes; lists all of them.</exception>
    /// <exception cref="InvalidOperationException">The engine drains or has stopped.</exception>
    public Task<IReadOnlyList<ConfigurationChange>> AddBackendAsync(
        string pool, string backend, BackendOptions options, CancellationToken cancellationToken = default) =>
        _parts.Edits.AddAsync(pool, backend, options, cancellationToken);

    /// <summary>Changes the address, weight or limit of one backend, as <see cref="AddBackendAsync"/> adds one.</summary>
    /// <param name="pool">Name of the pool.</param>
    /// <param name="backend">Name of the backend.</param>
    /// <param name="change">Changes a copy of its options. May be called again when another change came first.</param>
    /// <param name="cancellationToken">Ends the wait for another change that is going on.</param>
    /// <returns>What has changed.</returns>
    /// <remarks>With another address it is another backend, and the one of before keeps its live connections until they end or the drain time-out has
    /// passed. A weight for a while, which outlives reloads, is <see cref="SetBackendWeightAsync"/>.</remarks>
    /// <exception cref="ArgumentException">There is no such backend; says which there are.</exception>
    /// <exception cref="LoadBalancerConfigurationException">The options have mistakes; lists all of them.</exception>
    /// <exception cref="InvalidOperationException">The engine drains or has stopped.</exception>
    public Task<IReadOnlyList<ConfigurationChange>> ChangeBackendAsync(
        string pool, string backend, Action<BackendOptions> change, CancellationToken cancellationToken = default) =>
        _parts.Edits.ChangeAsync(pool, backend, change, cancellationToken);

    /// <summary>Takes one backend out of a pool, as <see cref="AddBackendAsync"/> adds one.</summary>
    /// <param name="pool">Name of the pool.</param>
    /// <param name="backend">Name of the backend.</param>
    /// <param name="cancellationToken">Ends the wait for another change that is going on.</param>
    /// <returns>What has changed.</returns>
    /// <remarks>It keeps its live connections until they end or the drain time-out has passed. The last one of a pool cannot be removed.</remarks>
    /// <exception cref="ArgumentException">There is no such backend; says which there are.</exception>
    /// <exception cref="LoadBalancerConfigurationException">It was the last one of its pool.</exception>
    /// <exception cref="InvalidOperationException">The engine drains or has stopped.</exception>
    public Task<IReadOnlyList<ConfigurationChange>> RemoveBackendAsync(string pool, string backend, CancellationToken cancellationToken = default) =>
        _parts.Edits.RemoveAsync(pool, backend, cancellationToken);

    /// <summary>
    /// What happens from now on, until the engine has stopped: connections that end, clients that are turned away, backends that change, reloads. Each
    /// caller has a queue of its own.
    /// </summary>
    /// <param name="kinds">What to hear of. Nothing else costs anything.</param>
    /// <param name="capacity">How many events may wait, 1 to 1,000,000; default 4096. When more do, <see cref="EventsLost"/> says how many are
    /// missing.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <remarks>
    /// An asynchronous stream rather than an event: your code runs on your own task, so that it may be slow, block or throw without a connection that
    /// notices. It listens from <c>GetAsyncEnumerator</c> on, which <c>await foreach</c> calls first.
    /// </remarks>
    /// <example>
    /// <code>
    /// await foreach (LoadBalancerEvent told in balancer.ReadEventsAsync(LoadBalancerEventKinds.Backends))
    /// {
    ///     Console.WriteLine(told);
    /// }
    /// </code>
    /// </example>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is out of range.</exception>
    public IAsyncEnumerable<LoadBalancerEvent> ReadEventsAsync(
        LoadBalancerEventKinds kinds = LoadBalancerEventKinds.All, int capacity = 4096, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 1_000_000);
        return new EventStream(_parts.Events, kinds, capacity, cancellationToken);
    }

    /// <summary>Tells of a configuration that could not even be read.</summary>
    internal void TellRefused(IReadOnlyList<ConfigurationError> mistakes) => _parts.Events.Refused(mistakes);

    /// <summary>Lets a backend take traffic, drains it, or takes it out altogether. Survives <see cref="ApplyAsync"/>.</summary>
    /// <param name="pool">Name of the pool.</param>
    /// <param name="backend">Name of the backend.</param>
    /// <param name="state">What is wanted of it. Live connections go on in any case; UDP flows leave a backend in maintenance with their next datagram.</param>
    /// <param name="cancellationToken">Ends the wait for another change that is going on.</param>
    /// <exception cref="ArgumentException">There is no such backend; says which there are.</exception>
    public Task SetBackendStateAsync(string pool, string backend, OperatorState state, CancellationToken cancellationToken = default) =>
        _parts.Operator.SetStateAsync(pool, backend, state, cancellationToken);

    /// <summary>Gives a backend another weight than the configuration does. Survives <see cref="ApplyAsync"/>.</summary>
    /// <param name="pool">Name of the pool.</param>
    /// <param name="backend">Name of the backend.</param>
    /// <param name="weight">0 to 65535; null goes by the configuration again.</param>
    /// <param name="cancellationToken">Ends the wait for another change that is going on.</param>
    /// <exception cref="ArgumentException">There is no such backend; says which there are.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The weight is out of range.</exception>
    public Task SetBackendWeightAsync(string pool, string backend, int? weight, CancellationToken cancellationToken = default) =>
        _parts.Operator.SetWeightAsync(pool, backend, weight, cancellationToken);

    /// <summary>
    /// Drains a backend: it takes no new clients, except those whose affinity names it. Completes when it holds no connection and no lease: by itself,
    /// or at the deadline, when the rest is closed, spread over the drain's spread time, and the holders of leases are asked to end. Completes early,
    /// and closes nothing more, when its state is set anew meanwhile, be it only with another deadline: the last setting counts.
    /// </summary>
    /// <param name="pool">Name of the pool.</param>
    /// <param name="backend">Name of the backend.</param>
    /// <param name="timeout">Time until the deadline; null for the configuration's drain time-out.</param>
    /// <param name="cancellationToken">Ends the waiting of this call; the backend drains on, and the deadline stays.</param>
    /// <exception cref="ArgumentException">There is no such backend; says which there are.</exception>
    public Task DrainBackendAsync(string pool, string backend, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        _parts.Operator.DrainAsync(pool, backend, timeout, cancellationToken);

    /// <summary>Closes one connection or flow with <see cref="CloseReason.Killed"/>. False when it has ended already, or never was.</summary>
    /// <param name="id">Its <see cref="ConnectionStatus.Id"/>.</param>
    public Task<bool> CloseConnectionAsync(string id) => _parts.Live.KillAsync(id);

    /// <summary>
    /// A pool for a front end of your own, such as an HTTP proxy: it takes leases of backends there, which count and are chosen as those of the
    /// engine's own connections. The pool needs no listener. Good from now on, and until the engine drains.
    /// </summary>
    /// <param name="pool">Name of the pool.</param>
    /// <returns>Keep it: it stays good over reloads.</returns>
    /// <exception cref="ArgumentException">There is no such pool; says which there are.</exception>
    public LeasePool GetLeasePool(string pool) => _parts.Traffic.Leases.GetPool(pool);

    /// <summary>
    /// Waits for a successor (an engine built with <see cref="LoadBalancerBuilder.UsePredecessor"/>, in another process) and hands it the listening
    /// sockets with all clients that wait in them. Completes once it serves: then drain this engine. Linux transport only.
    /// </summary>
    /// <param name="socketPath">Where to wait: a path in a directory that only this user can write. The file gets mode 0600, and is removed in the end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">The engine does not run, or its transport has no sockets to hand over.</exception>
    /// <exception cref="IOException">Another process waits there already, or the path cannot be used.</exception>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public Task HandOverAsync(string socketPath, CancellationToken cancellationToken = default) =>
        _parts.Successor.HandOverAsync(socketPath, cancellationToken);

    /// <summary>
    /// Stops accepting, closes every live connection at once and frees everything. For a gentle end call <see cref="DrainAsync"/> first. May be
    /// called twice.
    /// </summary>
    public ValueTask DisposeAsync() => _parts.Life.DisposeAsync();
}
