// SPDX-License-Identifier: MIT
using System.Net;
using Microsoft.Extensions.Logging;

namespace LbEngine.Resolution;

/// <summary>Keeps the host names of a configuration resolved: each is looked up once, however many backends have it. Any thread.</summary>
/// <remarks>It changes no backend: it says that something has <see cref="Changed"/>, and the engine asks for the addresses when its turn has come.</remarks>
internal sealed class NameMonitor : IDisposable
{
    // Each may hold a thread for as long as dead name servers are waited for.
    private const int MostAtOnce = 16;

    private readonly Dictionary<HostName, NameWatch> _watches = [];
    private readonly Lock _lock = new();
    private readonly ResolutionParts _parts;
    private bool _isDisposed;
    private int _isNoted;
    private volatile bool _isBehind;

    public NameMonitor(IHostResolver resolver, TimeProvider timeProvider, ILogger logger, Func<double> nextRandom) =>
        _parts = new ResolutionParts(resolver, timeProvider, logger, nextRandom, new SemaphoreSlim(MostAtOnce));

    /// <summary>Called when answers have changed, and not again before <see cref="Take"/>; on any thread, which it must not hold up.</summary>
    public Action? Changed { get; set; }

    /// <summary>What is known of a name; null when it is not watched.</summary>
    public NameState? Find(HostName host)
    {
        lock (_lock)
        {
            return _watches.TryGetValue(host, out NameWatch? watch) ? watch.State : null;
        }
    }

    /// <summary>The addresses in use; none when the name is not known.</summary>
    public IReadOnlyList<IPAddress> FindAddresses(HostName host) => Find(host)?.Addresses ?? [];

    /// <summary>
    /// Watches names besides those that it watches already, and waits until each of them has been looked up once, or the longest of their time-outs
    /// has passed.
    /// </summary>
    public async Task ResolveAsync(IReadOnlyDictionary<HostName, LookupTimes> wanted, CancellationToken cancellationToken)
    {
        List<NameWatch> fresh = Add(wanted);
        Task[] unknown;
        TimeSpan patience;
        lock (_lock)
        {
            NameWatch[] asked = [.. wanted.Keys.Select(host => _watches.GetValueOrDefault(host)).OfType<NameWatch>()];
            unknown = [.. asked.Select(static watch => watch.FirstOutcome)];
            patience = asked.Select(static watch => watch.Times.Timeout).DefaultIfEmpty().Max();
        }

        fresh.ForEach(static watch => watch.Start());
        Task all = Task.WhenAll(unknown);
        if (!all.IsCompleted)
        {
            // A delay, since a time-out is no exception here.
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(all, Task.Delay(patience, _parts.TimeProvider, enough.Token)).ConfigureAwait(false);
            await enough.CancelAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Watches these names, as often as it says there, and no others. What is known of those that go on stays.</summary>
    public void Follow(IReadOnlyDictionary<HostName, LookupTimes> wanted)
    {
        List<NameWatch> left = [];
        var known = new Dictionary<HostName, NameState>();
        lock (_lock)
        {
            foreach (NameWatch watch in _watches.Values.ToList())
            {
                if (!wanted.TryGetValue(watch.Host, out LookupTimes times) || times != watch.Times)
                {
                    _watches.Remove(watch.Host);
                    left.Add(watch);
                    known.Add(watch.Host, watch.State);
                }
            }
        }

        left.ForEach(static watch => watch.Dispose());
        Add(wanted, known).ForEach(static watch => watch.Start());
    }

    /// <summary>From here on changes are news again: call it before the addresses are read.</summary>
    public void Take() => Interlocked.Exchange(ref _isNoted, 0);

    /// <summary>
    /// Says whether the addresses that were read last are in force; when they are not, the next lookup calls <see cref="Changed"/> again, whatever it
    /// finds. One caller at a time.
    /// </summary>
    /// <returns>True when that is news.</returns>
    public bool Report(bool isInForce)
    {
        bool isNews = _isBehind == isInForce;
        _isBehind = !isInForce;
        return isNews;
    }

    /// <summary>Ends every watch. Lookups that are under way end by themselves, and nobody listens.</summary>
    public void Dispose()
    {
        List<NameWatch> all;
        lock (_lock)
        {
            _isDisposed = true;
            all = [.. _watches.Values];
            _watches.Clear();
        }

        all.ForEach(static watch => watch.Dispose());
    }

    /// <summary>Makes watches for names that have none; to be started outside of the lock, since a lookup may be over at once.</summary>
    private List<NameWatch> Add(IReadOnlyDictionary<HostName, LookupTimes> wanted, Dictionary<HostName, NameState>? known = null)
    {
        List<NameWatch> added = [];
        lock (_lock)
        {
            foreach ((HostName host, LookupTimes times) in wanted)
            {
                if (!_isDisposed && !_watches.ContainsKey(host))
                {
                    NameState state = known?.GetValueOrDefault(host) ?? NameState.Unknown;
                    var watch = new NameWatch(host, times, state, _parts, Note);
                    _watches.Add(host, watch);
                    added.Add(watch);
                }
            }
        }

        return added;
    }

    private void Note(bool isChanged)
    {
        if ((isChanged || _isBehind) && Interlocked.Exchange(ref _isNoted, 1) == 0)
        {
            Changed?.Invoke();
        }
    }
}
