// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration.Text;
using LbEngine.Observability;
using LbEngine.Timing;

namespace LbEngine.Resolution;

/// <summary>Looks one host name up again and again, and keeps what is known of it.</summary>
internal sealed class NameWatch : IDisposable
{
    private readonly ResolutionParts _parts;
    private readonly Action<bool> _judged;
    private readonly CancellationTokenSource _ending = new();

    // Whoever waits for it must not run on in the loop, which would stand still for so long.
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile NameState _state;

    /// <summary>Nothing happens before <see cref="Start"/>.</summary>
    /// <param name="host">The name.</param>
    /// <param name="times">How often, and how long.</param>
    /// <param name="state">What is known of it already.</param>
    /// <param name="parts">What all names share.</param>
    /// <param name="judged">Called after each lookup, with whether the addresses have changed. On any thread, one call at a time for each name.</param>
    public NameWatch(HostName host, LookupTimes times, NameState state, ResolutionParts parts, Action<bool> judged)
    {
        Host = host;
        Times = times;
        _state = state;
        _parts = parts;
        _judged = judged;
    }

    public HostName Host { get; }

    public LookupTimes Times { get; }

    /// <summary>What is known now. Any thread.</summary>
    public NameState State => _state;

    /// <summary>Completes when the first lookup has brought an answer, or has failed.</summary>
    public Task FirstOutcome => _first.Task;

    public void Start() => _ = RunAsync(_ending.Token);

    /// <summary>No further lookup begins, and the outcome of one that is under way changes nothing.</summary>
    public void Dispose() => _ending.Cancel();

    private async Task RunAsync(CancellationToken ending)
    {
        try
        {
            while (true)
            {
                await _parts.Lookups.WaitAsync(ending).ConfigureAwait(false);
                try
                {
                    await LookUpAsync(ending).ConfigureAwait(false);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    EngineLog.NamesUnexpected(_parts.Logger, exception);
                }
                finally
                {
                    _parts.Lookups.Release();
                }

                TimeSpan wait = LookupSchedule.Next(Times.Interval, _state.FailuresInARow, _parts.NextRandom());
                await Task.Delay(wait, _parts.TimeProvider, ending).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Nobody wants this name any more.
        }
    }

    private async Task LookUpAsync(CancellationToken ending)
    {
        Task<LookupOutcome> lookup = AskAsync();
        try
        {
            Judge(await lookup.WaitAsync(Times.Timeout, _parts.TimeProvider, ending).ConfigureAwait(false));
        }
        catch (TimeoutException)
        {
            Judge(LookupOutcome.Failed($"no answer within {DurationText.Format(Times.Timeout)}"));
            LookupOutcome late = await lookup.WaitAsync(ending).ConfigureAwait(false);
            if (late.Failure is null)
            {
                Judge(late with { IsLate = true });
            }
        }
    }

    private async Task<LookupOutcome> AskAsync()
    {
        try
        {
            IReadOnlyList<IPAddress> answer = await _parts.Resolver.ResolveAsync(Host).ConfigureAwait(false);
            return LookupOutcome.Of(answer, Host.Family);
        }
        catch (SocketException exception)
        {
            return LookupOutcome.Of(exception);
        }
        catch (Exception exception)
        {
            // Short of memory, threads or descriptors: the next lookup may do better.
            return LookupOutcome.Failed(exception.Message);
        }
    }

    private void Judge(LookupOutcome outcome)
    {
        NameState before = _state;
        NameState after = before.After(outcome, CoarseClock.ReadMilliseconds(_parts.TimeProvider));
        _state = after;
        _first.TrySetResult();
        _judged(!ReferenceEquals(before.Addresses, after.Addresses));

        // Last, so that what the log says is in force already, unless another change is going on.
        NameLog.Write(_parts.Logger, Host.Name, before, after);
    }
}
