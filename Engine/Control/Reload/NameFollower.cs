// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Control.Model;
using LbEngine.Forwarding;
using LbEngine.Observability;
using LbEngine.Resolution;
using Microsoft.Extensions.Logging;

namespace LbEngine.Control.Reload;

/// <summary>Puts the addresses of host names in their place: at the start, in a reload, and by itself when answers change while the engine runs.</summary>
internal sealed class NameFollower : IDisposable
{
    private readonly EngineState _state;
    private readonly EngineModel _model;
    private readonly NameMonitor _names;
    private readonly Reconciler _reconciler;
    private readonly LeavingBackends _leaving;
    private readonly OwnListeners _ownListeners;
    private readonly ILogger _logger;
    private IReadOnlyList<ConfigurationWarning> _doubts = []; // those of the last expansion; whoever has the turn

    public NameFollower(
        EngineState state,
        EngineModel model,
        NameMonitor names,
        Reconciler reconciler,
        LeavingBackends leaving,
        OwnListeners ownListeners,
        ILogger logger)
    {
        _state = state;
        _model = model;
        _names = names;
        _reconciler = reconciler;
        _leaving = leaving;
        _ownListeners = ownListeners;
        _logger = logger;
    }

    /// <summary>Resolves every name once, and goes by what was found from now on. In the start's turn.</summary>
    /// <remarks>Whoever cannot be resolved in time joins later: a name server that is down must not keep a balancer from starting.</remarks>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _state.Stopping);
        await _names.ResolveAsync(HostNames.Find(_model.Configured), either.Token).ConfigureAwait(false);
        _names.Changed = () => _ = FollowAsync();
        Apply();
    }

    /// <summary>Resolves the names of options that may be in force soon; an engine that was not started has time for that later. Without a turn.</summary>
    public async Task ResolveAsync(LoadBalancerOptions options, CancellationToken cancellationToken)
    {
        if (!_state.IsRunning)
        {
            return;
        }

        try
        {
            await _names.ResolveAsync(HostNames.Find(options), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            FollowConfigured();
            throw;
        }
    }

    /// <summary>Names that are configured are looked up again and again, and no others: those that nobody uses are not to be looked up for ever.</summary>
    public void FollowConfigured()
    {
        if (_state.IsRunning)
        {
            _names.Follow(HostNames.Find(_model.Configured));
        }
    }

    /// <summary>Options with addresses in the place of host names. What is left out is logged, once. Whoever has the turn.</summary>
    public LoadBalancerOptions Expand(LoadBalancerOptions configured)
    {
        var doubts = new List<ConfigurationWarning>();
        LoadBalancerOptions expanded = HostNames.Expand(configured, _names.FindAddresses, doubts);
        foreach (ConfigurationWarning doubt in doubts.Except(_doubts))
        {
            EngineLog.ConfigurationDoubtful(_logger, doubt.Path, doubt.Message);
        }

        _doubts = doubts;
        return expanded;
    }

    /// <summary>Ends every lookup.</summary>
    public void Dispose() => _names.Dispose();

    /// <summary>Goes by new addresses, when no other change is going on.</summary>
    private async Task FollowAsync()
    {
        using IDisposable turn = await _state.EnterAsync().ConfigureAwait(false);
        try
        {
            if (_state.IsRunning)
            {
                Apply();
                _ = _names.Report(isInForce: true);
            }
        }
        catch (Exception exception)
        {
            if (_names.Report(isInForce: false))
            {
                EngineLog.NamesNotApplied(_logger, exception.Message);
            }
        }
    }

    /// <summary>Goes by the addresses that names have now. Nothing else changes; pools without a name, or with the same addresses, are not touched.</summary>
    /// <exception cref="InvalidOperationException">They cannot be taken now; everything is as it was.</exception>
    private void Apply()
    {
        _names.Take();
        LoadBalancerOptions next = Expand(_model.Configured);
        if (!ReferenceEquals(next, _model.Options))
        {
            _leaving.LetGo(_reconciler.CarryOut(_reconciler.Build(next, [], _model.Access)));
            _ownListeners.Refresh(_model.Listeners);
        }
    }
}
