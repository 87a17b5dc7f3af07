// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;

namespace LbEngine.Backends;

/// <summary>Asks whoever holds something to end. It can be raised again and again: each time for those who hold something then. Any thread.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing; disposed, it would fail whoever still waits.")]
internal sealed class EndSignal
{
    private CancellationTokenSource? _source;

    /// <summary>Cancelled by the next <see cref="RaiseAsync"/>. Allocates once, and after every raise.</summary>
    public CancellationToken Token
    {
        get
        {
            if (Volatile.Read(ref _source) is not CancellationTokenSource source)
            {
                var created = new CancellationTokenSource();
                source = Interlocked.CompareExchange(ref _source, created, null) ?? created;
            }

            return source.Token;
        }
    }

    /// <summary>
    /// Cancels the tokens that were given out; whoever asks from now on gets another one. Completes when everything that was registered there has run.
    /// </summary>
    /// <exception cref="AggregateException">Something that was registered threw.</exception>
    public Task RaiseAsync() => Interlocked.Exchange(ref _source, null)?.CancelAsync() ?? Task.CompletedTask;
}
