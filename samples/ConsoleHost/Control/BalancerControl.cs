// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Admin;
using LbEngine.ConsoleHost.Admin;
using LbEngine.ConsoleHost.Commands;
using LbEngine.ConsoleHost.Systemd;
using Microsoft.Extensions.Logging;

namespace LbEngine.ConsoleHost.Control;

/// <summary>All ways in which a running balancer is controlled from outside: admin interface, SIGHUP, watched file, service manager.</summary>
internal sealed class BalancerControl : IAsyncDisposable
{
    /// <summary>How long a successor waits until its predecessor has left the admin address.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LookLater = TimeSpan.FromSeconds(1);

    private readonly LoadBalancer _balancer;
    private readonly AdminSettings? _admin;
    private readonly Reloader? _reloader;
    private readonly FileStamp? _watched;
    private readonly ServiceNotifier _notifier;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AdminServer? _server;
    private FileWatch? _watch;
    private Task _waiting = Task.CompletedTask;
    private string? _warning;

    /// <param name="balancer">Not started yet.</param>
    /// <param name="admin">Where the admin interface is; null for none.</param>
    /// <param name="reloader">Reloads the file; null when there is none. Disposed of with this.</param>
    /// <param name="watched">What the file was when it was read: reload when it changes; null for never.</param>
    /// <param name="notifier">The service manager. Disposed of with this.</param>
    /// <param name="logger">The host's log.</param>
    public BalancerControl(LoadBalancer balancer, AdminSettings? admin, Reloader? reloader, FileStamp? watched, ServiceNotifier notifier, ILogger logger)
    {
        _balancer = balancer;
        _admin = admin;
        _reloader = reloader;
        _watched = watched;
        _notifier = notifier;
        _logger = logger;
    }

    /// <summary>Completes when another process serves on the listening sockets of this one.</summary>
    public Task Replaced => _replaced.Task;

    /// <summary>This process may follow another one, which still has the admin address when this one starts.</summary>
    public bool TakesOver { get; init; }

    /// <summary>Where a process waits for the one that follows it: beside the socket file of the admin interface.</summary>
    public static string HandOverPath(string socketFile) => Path.GetFullPath(socketFile) + ".next";

    /// <summary>Opens the admin interface, before the balancer starts: a wrong address must not be found when clients are there already.</summary>
    /// <exception cref="AdminUnavailableException">An address that somebody wrote cannot be had.</exception>
    public async Task OpenAsync()
    {
        if (!TakesOver)
        {
            _ = await TryOpenAsync();
        }
    }

    /// <summary>
    /// Takes the admin address when the predecessor has left it, and waits for a successor in turn. Whatever fails from here on, the balancer goes
    /// on.
    /// </summary>
    /// <param name="stop">Completes when nothing is worth waiting for any more.</param>
    public async Task FollowAsync(Task stop)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (TakesOver && !stop.IsCompleted && !await TryOpenAsync() && TimeProvider.System.GetElapsedTime(start) < Patience)
        {
            await Task.Delay(LookEvery);
        }

        _waiting = _server is not null ? WaitForSuccessorAsync() : TakesOver && _admin is not null ? FollowLaterAsync() : Task.CompletedTask;
    }

    /// <summary>The balancer serves: from now on changes of the file count, and the service manager may go on.</summary>
    public void Start()
    {
        if (_server is not null)
        {
            HostOutput.WriteLine($"admin listens on {_server.Address}");
        }
        else if (_warning is not null)
        {
            HostOutput.WriteError(_warning);
        }

        if (_watched is FileStamp known && _reloader is not null)
        {
            _watch = new FileWatch(_reloader.File, known, () => _ = RequestAsync("a change of the file"), TimeProvider.System);
        }

        _notifier.Ready("serving");
    }

    /// <summary>
    /// The balancer drains. When another process takes its place, that one has the admin address from then on: now, or while new clients are still taken.
    /// </summary>
    public async Task StopAsync(bool isReplaced)
    {
        _notifier.Stopping("draining");
        if (isReplaced)
        {
            await CloseAsync();
        }
        else
        {
            _ = CloseWhenReplacedAsync();
        }
    }

    /// <summary>Somebody sent SIGHUP. Nothing is lost when the balancer starts just now, or ends.</summary>
    public void HangUp()
    {
        if (_reloader is not null)
        {
            _ = RequestAsync("SIGHUP");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _waiting;
        _ending.Dispose();
        if (_watch is not null)
        {
            await _watch.DisposeAsync();
        }

        _reloader?.Dispose();
        await CloseAsync();
        _notifier.Dispose();
    }

    private async Task CloseWhenReplacedAsync()
    {
        await Replaced;
        await CloseAsync();
    }

    /// <summary>Any thread, and more than once.</summary>
    private async ValueTask CloseAsync()
    {
        if (Interlocked.Exchange(ref _server, null) is AdminServer server)
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>A predecessor that had stopped accepting before this one came keeps the address until its last connection has ended.</summary>
    private async Task FollowLaterAsync()
    {
        try
        {
            while (!await TryOpenAsync())
            {
                await Task.Delay(LookLater, _ending.Token);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }

        HostOutput.WriteLine($"admin listens on {_server?.Address}");
        await WaitForSuccessorAsync();
    }

    private async Task WaitForSuccessorAsync()
    {
        if (_server?.Address.SocketFile is not string socketFile)
        {
            return;
        }

        string path = HandOverPath(socketFile);
        try
        {
            await _balancer.HandOverAsync(path, _ending.Token);
            _replaced.TrySetResult();
        }
        catch (OperationCanceledException)
        {
            // The balancer ends without a successor.
        }
        catch (Exception exception) when (exception
            is InvalidOperationException or IOException or SocketException or ArgumentException or UnauthorizedAccessException)
        {
            HostLog.NoHandOver(_logger, path, exception.Message);
        }
    }

    /// <summary>False when the address cannot be had; the reason is kept for <see cref="Start"/>.</summary>
    private async Task<bool> TryOpenAsync()
    {
        if (_admin is null)
        {
            return true;
        }

        try
        {
            PrepareDefault();
            _server = await AdminServer.StartAsync(_admin, _balancer, ReloadAsync, () => _reloader?.ReadOrigin(), _logger);
            return true;
        }
        catch (AdminUnavailableException exception)
        {
            if (_admin.IsRequired && !TakesOver)
            {
                throw new AdminUnavailableException($"admin.bind: {exception.Message}", exception);
            }

            // Several balancers of one user are no mistake.
            _warning = TakesOver
                ? $"there is no admin interface yet: {exception.Message}; it opens when the balancer there has ended"
                : $"there is no admin interface: {exception.Message}; write admin: {{ bind: \"unix:FILE\" }}, or admin: off";
            return false;
        }
    }

    /// <summary>The default place may need its directory, which is for its owner alone.</summary>
    private void PrepareDefault()
    {
        if (_admin is not { IsRequired: false, Address.SocketFile: string path }
            || Path.GetDirectoryName(path) is not { Length: > 0 } directory
            || Directory.Exists(directory))
        {
            return;
        }

        try
        {
            _ = OperatingSystem.IsWindows()
                ? Directory.CreateDirectory(directory)
                : Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AdminUnavailableException($"cannot listen on {_admin.Address}: {exception.Message}", exception);
        }
    }

    /// <summary>For whoever asks over the admin interface. A reload serves all who ask for it, so none of them ends it.</summary>
    private async Task<ReloadResult> ReloadAsync(bool force, CancellationToken cancellationToken)
    {
        if (_reloader is null)
        {
            return new ReloadResult { Conflict = "this balancer runs without a configuration file" };
        }

        try
        {
            return await _reloader.RequestAsync("the admin interface", force);
        }
        catch (OperationCanceledException)
        {
            return new ReloadResult { Conflict = "the balancer ends" };
        }
    }

    private async Task RequestAsync(string cause)
    {
        try
        {
            _ = await _reloader!.RequestAsync(cause);
        }
        catch (OperationCanceledException)
        {
            // The balancer ends.
        }
    }
}
