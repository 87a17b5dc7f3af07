// SPDX-License-Identifier: MIT
using LbEngine.Control;
using Microsoft.Extensions.Hosting;

namespace LbEngine.Hosting;

/// <summary>Starts the engine with the host, follows the host's configuration, and drains the engine when the host stops.</summary>
internal sealed class LoadBalancerHostedService : IHostedService, IAsyncDisposable
{
    private readonly EngineInHost _engine;
    private readonly HostPatience _patience;
    private ConfigurationFollower? _follower;

    public LoadBalancerHostedService(EngineInHost engine, HostPatience patience)
    {
        _engine = engine;
        _patience = patience;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _engine.Balancer.StartAsync(cancellationToken).ConfigureAwait(false);
        if (_engine.Followed is not null)
        {
            _follower = new ConfigurationFollower(_engine, _engine.Followed);
        }
    }

    /// <summary>Drains, within what the host allows. When it loses its patience all the same, what is left is closed at once.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await DisposeAsync().ConfigureAwait(false);
        try
        {
            await _engine.Balancer.DrainWithinAsync(FitDrain(), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Disposing ends the drain, and the host is told that the stop has worked: it was asked for.
        }

        await _engine.Balancer.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Follows the configuration no more: also of a host that is disposed without having been stopped. May be called twice.</summary>
    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _follower, null)?.DisposeAsync() ?? ValueTask.CompletedTask;

    private DrainPlan FitDrain()
    {
        TimeSpan remaining = _patience.ReadRemaining();
        Configuration.DrainOptions options = _engine.Balancer.GetConfiguration().Drain;
        DrainPlan wanted = DrainPlan.Fit(options, Timeout.InfiniteTimeSpan);
        DrainPlan plan = DrainPlan.Fit(options, remaining);
        if (plan != wanted)
        {
            double left = Math.Round(remaining.TotalSeconds, 1);
            double timeout = Math.Round(plan.Timeout.TotalSeconds, 1);
            double spread = Math.Round(plan.Spread.TotalSeconds, 1);
            HostingLog.DrainShortened(_engine.Logger, left, wanted.Total.TotalSeconds, timeout, spread);
        }

        return plan;
    }
}
