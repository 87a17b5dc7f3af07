// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;

namespace LbEngine.Control.Model;

/// <summary>Lets one change in at a time; the others wait. Any thread.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore holds nothing until its wait handle is asked for; disposed, it fails whoever still waits.")]
internal sealed class OneAtATime
{
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Waits for its turn; the next one's comes when the returned value is disposed.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Turn(_gate);
    }

    private sealed class Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
