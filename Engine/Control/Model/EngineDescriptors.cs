// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Admission;
using LbEngine.Configuration;
using LbEngine.Connections;
using LbEngine.Transport;

namespace LbEngine.Control.Model;

/// <summary>Sees to it that all that the engine opens fits under the descriptor limit of the process. Called by whoever has the turn.</summary>
/// <remarks>
/// What is shared out once is in the <see cref="DescriptorPlan"/>; listening sockets come and go with the configuration, and take theirs from the
/// same budget as connections do.
/// </remarks>
internal sealed class EngineDescriptors
{
    private readonly EngineBudget _budget;
    private readonly DescriptorPlan _plan;
    private readonly DescriptorNeeds? _needs;
    private readonly Dictionary<Listener, int> _held = [];

    /// <param name="budget">What connections take theirs from.</param>
    /// <param name="plan">How descriptors are shared out.</param>
    /// <param name="needs">What the plan was made for; null where nothing counts descriptors.</param>
    public EngineDescriptors(EngineBudget budget, DescriptorPlan plan, DescriptorNeeds? needs)
    {
        _budget = budget;
        _plan = plan;
        _needs = needs;
    }

    /// <summary>The descriptor limit of the process; 0 where there is none.</summary>
    public long Limit => _needs?.Limit ?? 0;

    /// <summary>Shares out what there is now.</summary>
    /// <exception cref="LoadBalancerConfigurationException">The listeners do not fit; says which limit would do.</exception>
    public static DescriptorPlan Plan(DescriptorNeeds needs) => DescriptorPlan.TryMake(needs) ?? throw Refusal(needs);

    /// <summary>The process has opened more since the plan was made, such as an admin interface: what is left counts. Then takes what listeners need.</summary>
    /// <exception cref="LoadBalancerConfigurationException">They do not fit any more.</exception>
    public void Start(IReadOnlyList<Listener> listeners)
    {
        if (_needs is null)
        {
            return;
        }

        long since = ProcessDescriptors.CountOpen() - _needs.InUse;
        long left = _plan.Traffic - since;
        if (left - Count(listeners) < DescriptorPlan.LeastForClients)
        {
            throw Refusal(_needs with { OpenedSince = since });
        }

        _budget.Descriptors = (int)Math.Min(left, int.MaxValue);
        Take(listeners);
    }

    /// <summary>Why more listeners cannot be opened now beside those that are; null when they can. One with two addresses counts twice.</summary>
    public ConfigurationError? Check(int tcpListeners, int udpListeners)
    {
        int wanted = Count(tcpListeners, udpListeners);
        return wanted > 0 && _budget.DescriptorsForTraffic - wanted < DescriptorPlan.LeastForClients ? Refuse(wanted) : null;
    }

    /// <summary>Takes what listeners need: for all of them or none.</summary>
    /// <exception cref="LoadBalancerConfigurationException">Connections, or other listeners, have too many now.</exception>
    public void Take(IReadOnlyList<Listener> listeners)
    {
        int wanted = Count(listeners);
        if (wanted > 0 && !_budget.TryReserve(wanted))
        {
            throw new LoadBalancerConfigurationException([Refuse(wanted)]);
        }

        foreach (Listener listener in listeners)
        {
            _held[listener] = Count([listener]);
        }
    }

    /// <summary>Gives back what listeners have taken; what one has not taken is left alone.</summary>
    public void Give(IReadOnlyList<Listener> listeners)
    {
        foreach (Listener listener in listeners)
        {
            if (_held.Remove(listener, out int held))
            {
                _budget.Unreserve(held);
            }
        }
    }

    private static LoadBalancerConfigurationException Refusal(DescriptorNeeds needs)
    {
        int listeners = needs.TcpListeners + needs.UdpListeners;
        return new LoadBalancerConfigurationException([new ConfigurationError("listeners", string.Create(
            CultureInfo.InvariantCulture,
            $"{listeners} {(listeners == 1 ? "listener does" : "listeners do")} not fit under the descriptor limit of {needs.Limit}, of which "
            + $"{needs.InUse + needs.OpenedSince} are open already and {DescriptorPlan.Headroom(needs.Limit)} are kept for the runtime: raise it to at least "
            + $"{DescriptorPlan.LeastLimit(needs)} (ulimit -n, LimitNOFILE=), or write fewer listeners"))]);
    }

    private ConfigurationError Refuse(int wanted) => new("listeners", string.Create(
        CultureInfo.InvariantCulture,
        $"the new ones need {wanted} descriptors, and {Math.Max(0, _budget.DescriptorsForTraffic)} are left for them and all connections: restart with a "
        + $"higher descriptor limit than {Limit} (ulimit -n, LimitNOFILE=), or write fewer listeners"));

    private int Count(IReadOnlyList<Listener> listeners)
    {
        int datagram = listeners.Where(static listener => listener.IsDatagram).Sum(static listener => listener.EndPoints.Count);
        return Count(listeners.Sum(static listener => listener.EndPoints.Count) - datagram, datagram);
    }

    private int Count(int tcpListeners, int udpListeners) =>
        _needs is null ? 0 : (int)DescriptorNeeds.Listening(tcpListeners, udpListeners, _plan.Reactors, _needs.HasReactors);
}
