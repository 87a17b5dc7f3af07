// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace LbEngine.ConsoleHost.Commands;

/// <summary>SIGINT and SIGTERM: the first asks for a gentle end, the second for a quick one, the third gets what the system does by itself.</summary>
internal sealed class ShutdownSignals : IDisposable
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _second = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private int _count;

    public ShutdownSignals()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle);
    }

    /// <summary>Completes at the first signal.</summary>
    public Task First => _first.Task;

    /// <summary>Completes at the second signal.</summary>
    public Task Second => _second.Task;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        int count = Interlocked.Increment(ref _count);
        context.Cancel = count <= 2;
        _ = count == 1 ? _first.TrySetResult() : _second.TrySetResult();
    }
}
