// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Forwarding;
using LbEngine.Leasing;
using LbEngine.Observability;
using LbEngine.Transport;
using Microsoft.Extensions.Logging;

namespace LbEngine.Control.Model;

/// <summary>
/// Opens and closes listeners, and tells the forwarder which addresses are the engine's own. Before the start nothing is open. Called by whoever has
/// the turn.
/// </summary>
internal sealed class OpenListeners
{
    private readonly EngineModel _model;
    private readonly ITransport _transport;
    private readonly EngineDescriptors _descriptors;
    private readonly EngineBudget _budget;
    private readonly OwnListeners _ownListeners;
    private readonly UdpForwarder _udpForwarder;
    private readonly LeaseBook _leases;
    private readonly ILogger _logger;
    private bool _isOpen;

    public OpenListeners(
        EngineModel model,
        ITransport transport,
        EngineDescriptors descriptors,
        EngineBudget budget,
        OwnListeners ownListeners,
        UdpForwarder udpForwarder,
        LeaseBook leases,
        ILogger logger)
    {
        _model = model;
        _transport = transport;
        _descriptors = descriptors;
        _budget = budget;
        _ownListeners = ownListeners;
        _udpForwarder = udpForwarder;
        _leases = leases;
        _logger = logger;
    }

    /// <summary>See <see cref="ITransport.CanOverlap"/>.</summary>
    public bool CanOverlap(bool isDatagram) => _transport.CanOverlap(isDatagram);

    /// <summary>What the process may not do that options ask of it.</summary>
    public IEnumerable<ConfigurationError> CheckRights(LoadBalancerOptions options) => ClientAddressRights.Check(options, _transport);

    /// <summary>Binds every listener of the model and begins to accept: all of them or none.</summary>
    /// <exception cref="ListenerBindException">One could not be bound; names it.</exception>
    /// <exception cref="LoadBalancerConfigurationException">They do not fit, or the process lacks a right.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        ConfigurationError[] missing = [.. CheckRights(_model.Configured)];
        if (missing.Length > 0)
        {
            throw new LoadBalancerConfigurationException(missing);
        }

        // Before a datagram can come, then again with the ports that were free.
        _ownListeners.Refresh(_model.Listeners);
        _descriptors.Start(_model.Listeners);
        try
        {
            await _transport.StartAsync(_model.Listeners, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _descriptors.Give(_model.Listeners);
            throw;
        }

        _ownListeners.Refresh(_model.Listeners);
        _isOpen = true;
        foreach (Listener listener in _model.Listeners)
        {
            EngineLog.ListenerStarted(_logger, listener.Name, listener.IsDatagram ? "UDP" : "TCP", listener.Place, _transport.Name);
        }
    }

    /// <summary>Listeners that come back before they were closed go on as they are: their flows hold the port that a new one would need.</summary>
    public async Task<IReadOnlyList<Listener>> TakeBackAsync(LoadBalancerOptions next)
    {
        if (!_isOpen)
        {
            return [];
        }

        var returning = new List<Listener>();
        var leaving = new ListenerMatch(_model.ListenerDirectory.Leaving.Where(static listener => listener.IsDatagram && listener.Bind.Port != 0));
        foreach ((string name, ListenerOptions options) in next.Listeners)
        {
            if (leaving.Find(name, options) is Listener listener && await _transport.TryKeepListenerAsync(listener).ConfigureAwait(false))
            {
                returning.Add(listener);
            }
        }

        return returning;
    }

    /// <summary>Binds more listeners and begins to accept there: all of them or none.</summary>
    /// <exception cref="ListenerBindException">One could not be bound; names it.</exception>
    /// <exception cref="LoadBalancerConfigurationException">There are too few descriptors for them now.</exception>
    public async Task AddAsync(IReadOnlyList<Listener> added)
    {
        if (_isOpen && added.Count > 0)
        {
            _descriptors.Take(added);
            try
            {
                await _transport.AddListenersAsync(added).ConfigureAwait(false);
            }
            catch
            {
                _descriptors.Give(added);
                throw;
            }
        }
    }

    /// <summary>The model has other listeners now: makes their addresses and their shares known, and stops accepting on those that left.</summary>
    public async Task FollowAsync(IReadOnlyList<Listener> removed)
    {
        _budget.Divide(_model.Listeners.Count);
        _ownListeners.Refresh(_model.Listeners);
        await RemoveAsync(removed).ConfigureAwait(false);
    }

    /// <summary>Stops accepting on some listeners; their connections and flows go on.</summary>
    public async Task RemoveAsync(IReadOnlyList<Listener> removed)
    {
        if (_isOpen && removed.Count > 0)
        {
            await _transport.RemoveListenersAsync(removed).ConfigureAwait(false);
            _descriptors.Give([.. removed.Where(static listener => !listener.IsDatagram)]);
        }
    }

    /// <summary>The last connection or flow of a removed listener has ended: sees to it that its sockets are closed.</summary>
    public async Task ForgetAsync(Listener listener)
    {
        await RemoveAsync([listener]).ConfigureAwait(false);
        _descriptors.Give([listener]);
    }

    /// <summary>Takes no client any more. UDP sockets stay open for their flows, and the forwarder begins no new ones; nor are new leases given.</summary>
    public async Task StopAcceptingAsync()
    {
        _leases.Close();
        if (_isOpen)
        {
            _udpForwarder.Drain();
            await _transport.StopAcceptingAsync().ConfigureAwait(false);
        }
    }
}
