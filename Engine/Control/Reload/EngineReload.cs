// SPDX-License-Identifier: MIT
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Configuration.Schema;
using LbEngine.Connections;
using LbEngine.Control.Model;
using LbEngine.Observability;
using LbEngine.Observability.Events;
using LbEngine.Transport;
using Microsoft.Extensions.Logging;

namespace LbEngine.Control.Reload;

/// <summary>Goes by another configuration while the engine runs, and says what that would change. Any thread; one change at a time.</summary>
/// <remarks>
/// The way of a reload, as <see cref="ApplyAsync"/> reads: validate once, read lists, resolve, then in its turn: compare, take back listeners that had left,
/// build, bind, swap, let go of what left. Whatever fails, fails before anything that serves was touched.
/// </remarks>
internal sealed class EngineReload
{
    private readonly EngineState _state;
    private readonly EngineModel _model;
    private readonly NameFollower _names;
    private readonly OpenListeners _listeners;
    private readonly EngineDescriptors _descriptors;
    private readonly Reconciler _reconciler;
    private readonly LeavingBackends _leaving;
    private readonly LeavingListeners _leavingListeners;
    private readonly EventHub _events;
    private readonly ILogger _logger;

    public EngineReload(
        EngineState state,
        EngineModel model,
        NameFollower names,
        OpenListeners listeners,
        EngineDescriptors descriptors,
        Reconciler reconciler,
        LeavingBackends leaving,
        LeavingListeners leavingListeners,
        EventHub events,
        ILogger logger)
    {
        _state = state;
        _model = model;
        _names = names;
        _listeners = listeners;
        _descriptors = descriptors;
        _reconciler = reconciler;
        _leaving = leaving;
        _leavingListeners = leavingListeners;
        _events = events;
        _logger = logger;
    }

    /// <summary>A copy of what was configured last.</summary>
    public LoadBalancerOptions GetConfiguration() => ConfigurationCopy.Of(_model.Configured);

    /// <summary>What other options, and the files that they name, would change, and how many connections each change concerns now.</summary>
    public IReadOnlyList<ConfigurationChange> Compare(LoadBalancerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);

        // Nothing was checked: what is wrong is no network, and has no list.
        return Compare(options, Validate(options).Count == 0 ? AccessLists.Read(options) : AccessLists.None);
    }

    /// <summary>Every mistake in options that are meant for this engine.</summary>
    public IReadOnlyList<ConfigurationError> Check(LoadBalancerOptions options, bool force)
    {
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<ConfigurationError> errors = Validate(options);
        errors = errors.Count > 0 ? errors : AccessLists.Read(options).Errors;
        return errors.Count > 0 ? errors : Guard(options, force);
    }

    /// <summary>Goes by other options, which are copied.</summary>
    /// <param name="options">The whole new configuration.</param>
    /// <param name="force">Allows the removal of more than half of all backends.</param>
    /// <param name="cancellationToken">Ends the waiting for names and for the turn; a change that has begun is carried out.</param>
    /// <exception cref="LoadBalancerConfigurationException">The options have mistakes; lists all of them.</exception>
    /// <exception cref="InvalidOperationException">The engine drains or has stopped.</exception>
    public Task<IReadOnlyList<ConfigurationChange>> ApplyAsync(LoadBalancerOptions options, bool force, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        return ToldAsync(async () => (await TryApplyAsync(options, based: null, force, cancellationToken).ConfigureAwait(false))!);
    }

    /// <summary>Goes by the options in force with something else in them: whatever others change meanwhile is kept.</summary>
    /// <param name="edit">Changes a copy of the options; called again when another change came first.</param>
    /// <param name="cancellationToken">Ends the waiting for names and for the turn.</param>
    public Task<IReadOnlyList<ConfigurationChange>> EditAsync(Action<LoadBalancerOptions> edit, CancellationToken cancellationToken) => ToldAsync(async () =>
    {
        while (true)
        {
            LoadBalancerOptions based = _model.Configured;
            LoadBalancerOptions next = ConfigurationCopy.Of(based);
            edit(next);
            if (await TryApplyAsync(next, based, force: false, cancellationToken).ConfigureAwait(false) is IReadOnlyList<ConfigurationChange> changes)
            {
                return changes;
            }
        }
    });

    private async Task<IReadOnlyList<ConfigurationChange>> ToldAsync(Func<Task<IReadOnlyList<ConfigurationChange>>> change)
    {
        try
        {
            return await change().ConfigureAwait(false);
        }
        catch (LoadBalancerConfigurationException exception)
        {
            _events.Refused(exception.Errors);
            throw;
        }
        catch (Exception exception) when (exception is ListenerBindException or InvalidOperationException)
        {
            _events.Refused([new ConfigurationError("", exception.Message)]);
            throw;
        }
    }

    /// <summary>Null when the options in force are not any more those that these are based on; null for whatever is in force.</summary>
    private async Task<IReadOnlyList<ConfigurationChange>?> TryApplyAsync(
        LoadBalancerOptions options, LoadBalancerOptions? based, bool force, CancellationToken cancellationToken)
    {
        ThrowIfEnding();
        ThrowIfAny(Validate(options));
        LoadBalancerOptions next = ConfigurationCopy.Of(options);
        AccessLists access = based is null ? AccessLists.Read(next) : AccessLists.Read(next, based, _model.Access);
        ThrowIfAny(access.Errors);

        // Outside of the turn: other changes need not wait for name servers.
        await _names.ResolveAsync(next, cancellationToken).ConfigureAwait(false);
        using IDisposable turn = await _state.EnterAsync(cancellationToken).ConfigureAwait(false);
        ThrowIfEnding();
        if (based is not null && based != _model.Configured)
        {
            return null;
        }

        try
        {
            ThrowIfAny(Guard(next, force));
            IReadOnlyList<ConfigurationChange> changes = await ChangeAsync(next, access).ConfigureAwait(false);
            _state.Times.Configured();
            return changes;
        }
        finally
        {
            _names.FollowConfigured();
        }
    }

    private IReadOnlyList<ConfigurationError> Guard(LoadBalancerOptions next, bool force) =>
        [.. ReloadGuard.Check(_model, _descriptors, _listeners.CanOverlap, next, force), .. _listeners.CheckRights(next)];

    private async Task<IReadOnlyList<ConfigurationChange>> ChangeAsync(LoadBalancerOptions next, AccessLists access)
    {
        List<ConfigurationChange> changes = Compare(next, access);
        if (changes.Count == 0)
        {
            return changes;
        }

        IReadOnlyList<Listener> returning = await _listeners.TakeBackAsync(next).ConfigureAwait(false);
        ReloadPlan plan = await BuildAndBindAsync(next, returning, access).ConfigureAwait(false);

        _model.Configured = next;
        IReadOnlyList<Backend> left = _reconciler.CarryOut(plan);
        await _listeners.FollowAsync(plan.RemovedListeners).ConfigureAwait(false);
        _leavingListeners.LetGo(plan.RemovedListeners);

        // Not before: until then a listener that was removed still led to them.
        _leaving.LetGo(left);
        EngineLog.ConfigurationApplied(_logger, changes.Count);
        _events.Applied(changes);
        return changes;
    }

    /// <summary>Does all that can fail, and leaves nothing behind when it does.</summary>
    private async Task<ReloadPlan> BuildAndBindAsync(LoadBalancerOptions next, IReadOnlyList<Listener> returning, AccessLists access)
    {
        ReloadPlan? plan = null;
        try
        {
            plan = _reconciler.Build(_names.Expand(next), returning, access);
            await _listeners.AddAsync(plan.AddedListeners).ConfigureAwait(false);
            return plan;
        }
        catch
        {
            if (plan is not null)
            {
                _reconciler.Discard(plan);
            }

            await _listeners.RemoveAsync(returning).ConfigureAwait(false);
            throw;
        }
    }

    private List<ConfigurationChange> Compare(LoadBalancerOptions next, AccessLists access)
    {
        Dictionary<string, int> counts = ConnectionCounts.Read(_model);
        return
        [
            .. ConfigurationDiff.Compare(_model.Configured, next, path => counts.GetValueOrDefault(path)),
            .. access.Compare(_model.Configured, _model.Access, next, path => counts.GetValueOrDefault(path)),
        ];
    }

    private IReadOnlyList<ConfigurationError> Validate(LoadBalancerOptions options) => LoadBalancerOptionsValidator.Validate(options, _model.Schedulers.Names);

    private void ThrowIfEnding()
    {
        if (_state.Current > LoadBalancerState.Running)
        {
            throw new InvalidOperationException($"The engine takes no other configuration; it is {_state.Current}.");
        }
    }

    private static void ThrowIfAny(IReadOnlyList<ConfigurationError> errors)
    {
        if (errors.Count > 0)
        {
            throw new LoadBalancerConfigurationException(errors);
        }
    }
}
