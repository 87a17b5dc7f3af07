// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace LbEngine.ConsoleHost.Commands;

/// <summary>The signals of a process that balances, from its first moment to its last: whatever is not taken here ends it.</summary>
/// <remarks>SIGINT and SIGTERM: the first asks for a gentle end, the second for a quick one, the third gets what the system does by itself.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "They are taken as long as the process lives: let go before, a late one would end it by itself.")]
internal sealed class HostSignals
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _second = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();

    [SuppressMessage("CodeQuality", "IDE0052", Justification = "Held, not read: a registration that is collected is taken back.")]
    private readonly PosixSignalRegistration[] _registrations;

    private readonly Lock _lock = new();
    private Action? _reload;
    private bool _isReloadWanted;
    private int _count;

    /// <param name="reloads">SIGHUP asks for a reload; without, it ends the process, as whoever closes a terminal expects.</param>
    public HostSignals(bool reloads)
    {
        List<PosixSignalRegistration> all =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),

            // By default these end the process: too much for a log rotation that means well.
            .. UserSignals().Select(static signal => PosixSignalRegistration.Create((PosixSignal)signal, static context => context.Cancel = true)),
        ];
        if (reloads && !OperatingSystem.IsWindows())
        {
            all.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, HangUp));
        }

        _registrations = [.. all];
    }

    /// <summary>Completes at the first signal.</summary>
    public Task First => _first.Task;

    /// <summary>Completes at the second signal.</summary>
    public Task Second => _second.Task;

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Says what SIGHUP does from now on. One that came before is not lost.</summary>
    public void OnHangUp(Action reload)
    {
        bool isReloadWanted;
        lock (_lock)
        {
            _reload = reload;
            isReloadWanted = _isReloadWanted;
        }

        if (isReloadWanted)
        {
            reload();
        }
    }

    /// <summary>SIGUSR1 and SIGUSR2, which .NET takes as the system's own numbers.</summary>
    private static int[] UserSignals() => OperatingSystem.IsLinux() ? [10, 12] : OperatingSystem.IsMacOS() ? [30, 31] : [];

    private void Stop(PosixSignalContext context)
    {
        int count = Interlocked.Increment(ref _count);
        context.Cancel = count <= 2;
        if (count > 1)
        {
            _ = _second.TrySetResult();
            return;
        }

        _ = _first.TrySetResult();
        _ = _stopping.CancelAsync();
    }

    private void HangUp(PosixSignalContext context)
    {
        context.Cancel = true;
        Action? reload;
        lock (_lock)
        {
            reload = _reload;
            _isReloadWanted = true;
        }

        reload?.Invoke();
    }
}
