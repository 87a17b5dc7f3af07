// SPDX-License-Identifier: MIT
using LbEngine.Admin;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Configuration;
using LbEngine.ConsoleHost.Systemd;
using Microsoft.Extensions.Logging;

namespace LbEngine.ConsoleHost.Control;

/// <summary>Reads the configuration file again and goes by it, whoever asks: a signal, the admin interface, a watch on the file.</summary>
/// <remarks>
/// Requests within <see cref="Window"/> are one reload, which reads the file after the last of them; so there are at most four in a second, however many
/// ask, and each of those who ask gets its result. Any thread.
/// </remarks>
internal sealed class Reloader : IDisposable
{
    /// <summary>How long a reload waits for further requests, and for an editor to finish.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMilliseconds(250);

    private readonly LoadBalancer _balancer;
    private readonly ServiceNotifier _notifier;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private Task<ReloadResult>? _collecting;
    private readonly SortedSet<string> _causes = new(StringComparer.Ordinal);
    private bool _force;
    private readonly AdminOptions? _admin;
    private volatile FileStamp _loaded;

    /// <param name="file">The configuration file.</param>
    /// <param name="loaded">What it was when the balancer's configuration was read from it.</param>
    /// <param name="admin">What it said of the admin interface at the start.</param>
    /// <param name="balancer">Goes by it.</param>
    /// <param name="notifier">Hears of begin and end.</param>
    /// <param name="timeProvider">Measures the window.</param>
    /// <param name="logger">Hears one line per reload.</param>
    public Reloader(
        string file,
        FileStamp loaded,
        AdminOptions? admin,
        LoadBalancer balancer,
        ServiceNotifier notifier,
        TimeProvider timeProvider,
        ILogger logger)
    {
        File = file;
        _loaded = loaded;
        _admin = admin;
        _balancer = balancer;
        _notifier = notifier;
        _timeProvider = timeProvider;
        _logger = logger;
    }

    public string File { get; }

    /// <summary>Joins the reload that collects requests now, or begins one.</summary>
    /// <param name="cause">Who asks, for the log.</param>
    /// <param name="force">Allows the removal of more than half of all backends.</param>
    /// <returns>The result of the reload that read the file after this call.</returns>
    /// <exception cref="OperationCanceledException">The balancer ends.</exception>
    public Task<ReloadResult> RequestAsync(string cause, bool force = false)
    {
        lock (_lock)
        {
            _force |= force;
            _causes.Add(cause);
            return _collecting ??= CollectAsync();
        }
    }

    /// <summary>Reads the file to say whether it is what was loaded.</summary>
    public ConfigurationOrigin ReadOrigin()
    {
        var now = FileStamp.Read(File);
        return new ConfigurationOrigin(Path.GetFullPath(File), now switch
        {
            { IsReadable: false } => ConfigurationFileState.Missing,
            _ when now.HasContentOf(_loaded) => ConfigurationFileState.Loaded,
            _ => ConfigurationFileState.Changed,
        });
    }

    public void Dispose() => _stopping.Cancel();

    private async Task<ReloadResult> CollectAsync()
    {
        await Task.Delay(Window, _timeProvider, _stopping.Token);
        await _oneAtATime.WaitAsync(_stopping.Token);
        try
        {
            bool force;
            string cause;
            lock (_lock)
            {
                // Who asks from here on may have written after the file was read.
                _collecting = null;
                force = _force;
                cause = string.Join(" and ", _causes);
                _force = false;
                _causes.Clear();
            }

            _notifier.Reloading();
            ReloadResult result = await ApplyAsync(force);
            Report(result, cause);
            _notifier.Ready(result.IsRefused ? "a reload was refused, see the log" : "reloaded");
            return result;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task<ReloadResult> ApplyAsync(bool force)
    {
        // Before it is read: an edit in between is shown as one that is not loaded, rather than as none.
        var stamp = FileStamp.Read(File);
        LoadBalancerOptionsReadResult read = ConfigurationFile.Read(File);
        try
        {
            ReloadResult result = await _balancer.ReloadAsync(read, force, _stopping.Token);
            if (!result.IsRefused)
            {
                _loaded = stamp;
            }

            return result with { File = File, Warnings = result.IsRefused ? [] : WithAdmin(read) };
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A defect must not end the reloads to come; nothing was swapped, or all.
            HostLog.ReloadFailed(_logger, exception);
            return new ReloadResult { Conflict = $"a defect of the balancer, its log has the details: {exception.Message}" };
        }
    }

    /// <summary>The interface through which the reload may have been asked for stays where it is.</summary>
    private List<ConfigurationWarning> WithAdmin(LoadBalancerOptionsReadResult read)
    {
        List<ConfigurationWarning> warnings = [.. read.Warnings];
        if (read.GetSection(LbSections.Admin) != _admin)
        {
            warnings.Add(new ConfigurationWarning("admin", "differs from what is in use; it takes effect when the balancer is started again"));
        }

        return warnings;
    }

    private void Report(ReloadResult result, string cause)
    {
        if (result.IsRefused)
        {
            HostLog.ReloadRefused(_logger, cause, result.Conflict ?? string.Join("; ", FileMessages.Errors(File, result.Mistakes)));
            return;
        }

        foreach (string warning in FileMessages.Warnings(File, result.Warnings))
        {
            HostLog.ReloadDoubtful(_logger, warning);
        }

        HostLog.Reloaded(_logger, File, cause, result.Changes.Count);
    }
}
