// SPDX-License-Identifier: MIT
using System.Threading.Channels;
using LbEngine.Configuration;
using LbEngine.Observability;
using LbEngine.Transport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace LbEngine.Hosting;

/// <summary>
/// Goes by a section of the host's configuration whenever that changes. One after the other: changes that come while one is carried out are one more.
/// What is wrong is logged, and the configuration in force stays.
/// </summary>
internal sealed class ConfigurationFollower : IAsyncDisposable
{
    private const int MostLines = 20;

    private readonly EngineInHost _engine;
    private readonly IConfiguration _section;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<bool> _changes =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly IDisposable _subscription;
    private readonly Task _following;
    private string _lastRefusal = "";

    /// <summary>Begins at once, with what has changed since the engine was built.</summary>
    public ConfigurationFollower(EngineInHost engine, IConfiguration section)
    {
        _engine = engine;
        _section = section;
        _subscription = ChangeToken.OnChange(section.GetReloadToken, () => _changes.Writer.TryWrite(true));
        _changes.Writer.TryWrite(true);
        _following = FollowAsync();
    }

    private ILogger Logger => _engine.Logger;

    /// <summary>Follows no more. A change that has begun is carried out before.</summary>
    public async ValueTask DisposeAsync()
    {
        _subscription.Dispose();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task FollowAsync()
    {
        try
        {
            await foreach (bool _ in _changes.Reader.ReadAllAsync(_stopping.Token).ConfigureAwait(false))
            {
                await ApplyAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task ApplyAsync()
    {
        try
        {
            LoadBalancerOptionsReadResult read = EngineInHost.Read(_section, _engine.Schedulers);
            if (read.Errors.Count > 0)
            {
                _engine.Balancer.TellRefused(read.Errors);
                Refuse(read.Errors);
                return;
            }

            IReadOnlyList<ConfigurationChange> changes =
                await _engine.Balancer.ApplyAsync(read.Options, cancellationToken: _stopping.Token).ConfigureAwait(false);
            _lastRefusal = "";
            Report(changes, read.Warnings);
        }
        catch (LoadBalancerConfigurationException exception)
        {
            Refuse(exception.Errors);
        }
        catch (Exception exception) when (exception is ListenerBindException or InvalidOperationException)
        {
            Refuse([new ConfigurationError("", exception.Message)]);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A source of the configuration may throw what it likes; the next change is looked at again.
            HostingLog.FollowFailed(Logger, exception);
        }
    }

    private void Report(IReadOnlyList<ConfigurationChange> changes, IReadOnlyList<ConfigurationWarning> warnings)
    {
        if (changes.Count == 0)
        {
            return;
        }

        foreach (ConfigurationChange change in changes.Take(MostLines))
        {
            string text = Describe(change);
            HostingLog.Changed(Logger, text);
        }

        if (changes.Count > MostLines)
        {
            HostingLog.ChangedMore(Logger, changes.Count - MostLines);
        }

        foreach (ConfigurationWarning warning in warnings)
        {
            EngineLog.ConfigurationDoubtful(Logger, warning.Path, warning.Message);
        }
    }

    /// <summary>Sources tell of one change twice now and then; the same refusal is said once.</summary>
    private void Refuse(IReadOnlyList<ConfigurationError> errors)
    {
        string refusal = string.Join('\n', errors);
        if (refusal == _lastRefusal)
        {
            return;
        }

        _lastRefusal = refusal;
        foreach (ConfigurationError error in errors.Take(MostLines))
        {
            string text = error.ToString();
            HostingLog.ChangeRefused(Logger, text);
        }

        HostingLog.OldStays(Logger, errors.Count);
    }

    private static string Describe(ConfigurationChange change) => change.Kind switch
    {
        ConfigurationChangeKind.Added => $"{change.Path} added: {change.After}",
        ConfigurationChangeKind.Removed => $"{change.Path} removed, was {change.Before}",
        _ => $"{change.Path} changed from {change.Before} to {change.After}",
    };
}
