// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;
using LbEngine.ConsoleHost.Admin;
using LbEngine.ConsoleHost.Commands;
using LbEngine.ConsoleHost.Systemd;
using Microsoft.Extensions.Logging;

namespace LbEngine.ConsoleHost.Control;

/// <summary>All ways in which a running balancer is controlled from outside: admin interface, SIGHUP, watched file, service manager.</summary>
internal sealed class BalancerControl : IAsyncDisposable
{
    private readonly LoadBalancer _balancer;
    private readonly AdminSettings? _admin;
    private readonly Reloader? _reloader;
    private readonly bool _watches;
    private readonly ServiceNotifier _notifier;
    private readonly ILogger _logger;
    private readonly PosixSignalRegistration? _hangUp;
    private AdminServer? _server;
    private FileWatch? _watch;
    private string? _warning;

    /// <param name="balancer">Not started yet.</param>
    /// <param name="admin">Where the admin interface is; null for none.</param>
    /// <param name="reloader">Reloads the file; null when there is none. Disposed of with this.</param>
    /// <param name="watches">Reload when the file changes.</param>
    /// <param name="notifier">The service manager. Disposed of with this.</param>
    /// <param name="logger">The host's log.</param>
    public BalancerControl(LoadBalancer balancer, AdminSettings? admin, Reloader? reloader, bool watches, ServiceNotifier notifier, ILogger logger)
    {
        _balancer = balancer;
        _admin = admin;
        _reloader = reloader;
        _watches = watches;
        _notifier = notifier;
        _logger = logger;
        _hangUp = reloader is null || OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, HangUp);
    }

    /// <summary>Opens the admin interface, before the balancer starts: a wrong address must not be found when clients are there already.</summary>
    /// <exception cref="AdminUnavailableException">An address that somebody wrote cannot be had.</exception>
    public async Task OpenAsync()
    {
        if (_admin is null)
        {
            return;
        }

        try
        {
            PrepareDefault();
            IReadOnlyList<AdminRoute> routes = new AdminApi(_balancer, new ConfigurationApi(_balancer, _reloader), _logger).Routes;
            _server = await AdminServer.StartAsync(_admin, routes, _logger);
        }
        catch (AdminUnavailableException exception)
        {
            if (_admin.IsRequired)
            {
                throw new AdminUnavailableException($"admin.bind: {exception.Message}", exception);
            }

            // Several balancers of one user are no mistake.
            _warning = $"there is no admin interface: {exception.Message}; write admin: {{ bind: \"unix:FILE\" }}, or admin: off";
        }
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

        if (_watches && _reloader is not null)
        {
            _watch = new FileWatch(_reloader.File, () => _ = RequestAsync("a change of the file"), TimeProvider.System);
        }

        _notifier.Ready("serving");
    }

    /// <summary>The balancer drains.</summary>
    public void Stop() => _notifier.Stopping("draining");

    public async ValueTask DisposeAsync()
    {
        _hangUp?.Dispose();
        if (_watch is not null)
        {
            await _watch.DisposeAsync();
        }

        _reloader?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _notifier.Dispose();
    }

    /// <summary>The default place may need its directory, which is for its owner alone.</summary>
    private void PrepareDefault()
    {
        if (_admin is not { IsRequired: false, Address.SocketFile: string path } || Path.GetDirectoryName(path) is not { Length: > 0 } directory || Directory.Exists(directory))
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

    private void HangUp(PosixSignalContext context)
    {
        context.Cancel = true;
        _ = RequestAsync("SIGHUP");
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
