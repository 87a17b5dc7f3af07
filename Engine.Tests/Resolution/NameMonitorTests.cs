// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Resolution;
using LbEngine.Testing;
using LbEngine.Tests.Harness;
using Microsoft.Extensions.Logging;

namespace LbEngine.Tests.Resolution;

/// <summary>The loop over a clock that the test moves; everything happens inside the calls of the test.</summary>
public sealed class NameMonitorTests : IDisposable
{
    private static readonly HostName Db = new("db", ResolveFamily.Any);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ManualTimeProvider _time = new();
    private readonly ScriptedResolver _resolver = new();
    private readonly RecordingLoggerFactory _log = new();
    private readonly NameMonitor _monitor;
    private double _random = 0.5;
    private int _changes;

    public NameMonitorTests()
    {
        _monitor = new NameMonitor(_resolver, _time, _log, () => _random);
        _monitor.Changed = () =>
        {
            _changes++;
            _monitor.Take();
        };
    }

    public void Dispose()
    {
        _monitor.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void Follow_NameThatResolves_IsLookedUpAtOnceAndThenAtTheInterval()
    {
        _resolver.Answer("db", "10.0.0.2", "10.0.0.1");

        Follow("db");
        _time.Advance(TimeSpan.FromSeconds(100));

        Assert.Equal(11, _resolver.CountOf("db"));
        Assert.Equal("10.0.0.1 10.0.0.2", Addresses());
        Assert.Equal(1, _changes);
    }

    [Theory]
    [InlineData(0.0, 9)]
    [InlineData(1.0, 11)]
    public void Follow_Jitter_MovesTheNextLookup(double random, int seconds)
    {
        _random = random;
        _resolver.Answer("db", "10.0.0.1");
        Follow("db");

        _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        int before = _resolver.CountOf("db");
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal((1, 2), (before, _resolver.CountOf("db")));
    }

    [Fact]
    public void Lookup_OtherOrderEachTime_ChangesNothing()
    {
        Follow("db");
        for (int i = 0; i < 20; i++)
        {
            _resolver.Answer("db", i % 2 == 0 ? ["10.0.0.1", "10.0.0.2", "10.0.0.1"] : ["10.0.0.2", "10.0.0.1"]);
            _time.Advance(TimeSpan.FromSeconds(12));
        }

        Assert.Equal(1, _changes);
        Assert.Single(_log.Lines, line => line.Id == 501);
    }

    [Fact]
    public void Lookup_FailsAfterAnAnswer_TheAnswerStaysAndTheLogSaysItOnce()
    {
        _resolver.Answer("db", "10.0.0.1");
        Follow("db");
        _log.Take();

        _resolver.Fail("db", SocketError.HostNotFound);
        _time.Advance(TimeSpan.FromSeconds(60));
        _resolver.Fail("db", SocketError.TryAgain);
        _time.Advance(TimeSpan.FromSeconds(60));
        _resolver.Answer("db");
        _time.Advance(TimeSpan.FromSeconds(60));
        string whileFailing = Addresses();
        string? reason = _monitor.Find(Db)!.Failure;
        _resolver.Answer("db", "10.0.0.1");
        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(("10.0.0.1", "the answer holds no address"), (whileFailing, reason));
        Assert.Equal([(502, LogLevel.Warning), (504, LogLevel.Information)], _log.Lines.Select(line => (line.Id, line.Level)));
        Assert.Contains("there is no such name", _log.Lines.First().Text, StringComparison.Ordinal);
        Assert.Equal(1, _changes);
    }

    [Fact]
    public void Lookup_GoesOnFailing_IsRepeatedAfter1_2_4_8_ThenAtTheInterval()
    {
        _random = 0;
        Follow("db");
        var at = new List<int>();
        for (int second = 1; second <= 36; second++)
        {
            int before = _resolver.CountOf("db");
            _time.Advance(TimeSpan.FromSeconds(1));
            at.AddRange(Enumerable.Repeat(second, _resolver.CountOf("db") - before));
        }

        Assert.Equal([1, 3, 7, 15, 25, 35], at);
        Assert.Equal([503], _log.Lines.Select(line => line.Id));
    }

    [Fact]
    public void Lookup_ResolverThrowsAtOnce_IsAFailureLikeAnyOther()
    {
        _resolver.Throw("db");
        Follow("db");

        _resolver.Answer("db", "10.0.0.1");
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("10.0.0.1", Addresses());
        Assert.Contains("no memory for a thread", _log.Lines.First().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lookup_NoAnswerInTime_FailsAndIsNotRepeatedWhileItIsUnderWay()
    {
        TaskCompletionSource<IReadOnlyList<IPAddress>> held = _resolver.Hold("db");
        Follow("db");

        _time.Advance(TimeSpan.FromSeconds(4));
        string? before = _monitor.Find(Db)!.Failure;
        _time.Advance(TimeSpan.FromMinutes(5));
        int asked = _resolver.CountOf("db");
        string? after = _monitor.Find(Db)!.Failure;
        held.SetResult([IPAddress.Parse("10.0.0.1")]);
        await Waiting.UntilAsync(() => _log.Lines.Any(line => line.Id == 501), "the late answer is told of, which comes after its use");

        Assert.Equal("10.0.0.1", Addresses());
        Assert.Equal((null, "no answer within 5s", 1), (before, after, asked));
        Assert.NotNull(_monitor.Find(Db)!.Failure);
        Assert.Equal([503, 501], _log.Lines.Select(line => line.Id));
    }

    [Fact]
    public void Lookup_1000Answers_Uses64AndWarnsOnce()
    {
        _resolver.Answer("db", [.. Enumerable.Range(0, 1000).Select(number => $"10.0.{number / 256}.{number % 256}")]);

        Follow("db");
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(64, _monitor.FindAddresses(Db).Count);
        Assert.Equal([501, 505], _log.Lines.Select(line => line.Id));
    }

    [Fact]
    public async Task ResolveAsync_AllAnswerAtOnce_WaitsForNothing()
    {
        _resolver.Answer("db", "10.0.0.1");

        Task resolved = _monitor.ResolveAsync(Times("db", "other"), CancellationToken.None);

        Assert.True(resolved.IsCompletedSuccessfully);
        await resolved;
        Assert.Equal("10.0.0.1", Addresses());
    }

    [Fact]
    public async Task ResolveAsync_DeadNames_WaitsForOneTimeoutInAll()
    {
        string[] dead = [.. Enumerable.Range(0, 100).Select(number => $"dead{number}")];
        foreach (string name in dead)
        {
            _ = _resolver.Hold(name);
        }

        Task resolved = _monitor.ResolveAsync(Times(dead), CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(5) - TimeSpan.FromMilliseconds(1));
        bool early = resolved.IsCompleted;
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await resolved.WaitAsync(Waiting.DefaultLimit);

        Assert.False(early);
        Assert.Equal(16, _resolver.Asked.Count);
    }

    [Fact]
    public async Task ResolveAsync_CancelledWhileItWaits_Throws()
    {
        _ = _resolver.Hold("db");
        using var cancellation = new CancellationTokenSource();

        Task resolved = _monitor.ResolveAsync(Times("db"), cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => resolved.WaitAsync(Waiting.DefaultLimit));
    }

    [Fact]
    public void Follow_NameThatLeaves_IsNotLookedUpAgain()
    {
        _resolver.Answer("db", "10.0.0.1");
        _resolver.Answer("other", "10.0.0.2");
        Follow("db", "other");

        Follow("other");
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(1, _resolver.CountOf("db"));
        Assert.True(_resolver.CountOf("other") > 5);
        Assert.Null(_monitor.Find(Db));
    }

    [Fact]
    public void Follow_ShorterInterval_HoldsAtOnceAndTheAnswerStays()
    {
        _resolver.Answer("db", "10.0.0.1");
        _monitor.Follow(new Dictionary<HostName, LookupTimes> { [Db] = new(TimeSpan.FromHours(1), TimeSpan.FromSeconds(5)) });

        _ = _resolver.Hold("db");
        Follow("db");

        Assert.Equal("10.0.0.1", Addresses());
        Assert.Equal(2, _resolver.CountOf("db"));
    }

    [Fact]
    public void Dispose_LookupUnderWay_ChangesNothingAnyMore()
    {
        TaskCompletionSource<IReadOnlyList<IPAddress>> held = _resolver.Hold("db");
        Follow("db");

        _monitor.Dispose();
        held.SetResult([IPAddress.Loopback]);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal((0, 1, 0), (_changes, _resolver.CountOf("db"), _time.ArmedTimers));
    }

    [Fact]
    public void Report_NotInForce_NextLookupCallsAgainUntilItIs()
    {
        _resolver.Answer("db", "10.0.0.1");
        Follow("db");
        bool isNews = _monitor.Report(isInForce: false);
        bool isNewsAgain = _monitor.Report(isInForce: false);

        _time.Advance(Interval);
        int behind = _changes;
        _ = _monitor.Report(isInForce: true);
        _time.Advance(Interval);

        Assert.Equal((true, false, 2, 2), (isNews, isNewsAgain, behind, _changes));
    }

    private string Addresses() => string.Join(' ', _monitor.FindAddresses(Db));

    private void Follow(params string[] names) => _monitor.Follow(Times(names));

    private static Dictionary<HostName, LookupTimes> Times(params string[] names) =>
        names.ToDictionary(name => new HostName(name, ResolveFamily.Any), _ => new LookupTimes(Interval, TimeSpan.FromSeconds(5)));
}
