// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Benchmarks.Soak.Faults;
using LbEngine.Benchmarks.Soak.Traffic;

namespace LbEngine.Tests.Benchmarks.Soak.Faults;

public sealed class ExcusesTests
{
    private static readonly IPEndPoint Client = new(IPAddress.Loopback, 5000);

    private readonly Excuses _excuses = new();

    [Theory]
    [InlineData(StreamOutcome.Reset, 2, true)]
    [InlineData(StreamOutcome.EarlyEnd, 2, true)]
    [InlineData(StreamOutcome.Reset, -1, true)]
    [InlineData(StreamOutcome.Reset, 3, false)]
    [InlineData(StreamOutcome.WrongBytes, 2, false)]
    [InlineData(StreamOutcome.TimedOut, 2, false)]
    [InlineData(StreamOutcome.Refused, 2, false)]
    internal void Find_BackendTwoWasKilled_ExcusesItsResetsAndNothingElse(StreamOutcome outcome, int backend, bool isExcused)
    {
        _excuses.Begin(FaultKind.Kill, 2, from: 10).To = 11;

        Assert.Equal(isExcused, _excuses.Find(Stream(outcome, backend, 9, 12)) is not null);
    }

    [Theory]
    [InlineData(FaultKind.Pause)]
    [InlineData(FaultKind.Cut)]
    [InlineData(FaultKind.Sicken)]
    [InlineData(FaultKind.Drain)]
    [InlineData(FaultKind.Maintenance)]
    [InlineData(FaultKind.TakeOver)]
    [InlineData(FaultKind.Reload)]
    [InlineData(FaultKind.Crowd)]
    internal void Find_FaultThatNoStreamMayFeel_ExcusesNone(FaultKind kind)
    {
        _excuses.Begin(kind, 2, from: 10);

        Assert.Null(_excuses.Find(Stream(StreamOutcome.Reset, 2, 9, 12)));
    }

    [Theory]
    [InlineData(20, 21, false)]
    [InlineData(12, 13, true)]
    public void Find_LongAfterTheFault_IsNoExcuse(double from, double to, bool isExcused)
    {
        _excuses.Begin(FaultKind.Kill, 2, from: 10).To = 11;

        Assert.Equal(isExcused, _excuses.Find(Stream(StreamOutcome.Reset, 2, from, to)) is not null);
    }

    [Fact]
    public void Find_TheOperatorClosedThisOne_ExcusesItAlone()
    {
        _excuses.Begin(FaultKind.Close, -1, from: 10, Client.ToString());

        Assert.NotNull(_excuses.Find(Stream(StreamOutcome.Reset, 1, 9, 12)));
        Assert.Null(_excuses.Find(Stream(StreamOutcome.Reset, 1, 9, 12) with { Client = new IPEndPoint(IPAddress.Loopback, 5001) }));
    }

    [Theory]
    [InlineData(FaultKind.Cut, 2, true, true)]
    [InlineData(FaultKind.Cut, 3, true, false)]
    [InlineData(FaultKind.Cut, -1, true, true)]
    [InlineData(FaultKind.Cut, 2, false, false)]
    [InlineData(FaultKind.Crowd, 3, true, true)]
    [InlineData(FaultKind.Weigh, 2, true, false)]
    internal void Find_Datagram_IsExcusedByWhatItsBackendSuffersAndNeverWhenWrong(FaultKind kind, int backend, bool isLost, bool isExcused)
    {
        _excuses.Begin(kind, 2, from: 10);

        Assert.Equal(isExcused, _excuses.Find(new DatagramReport(1, Client, backend, 11, 12, isLost, "")) is not null);
    }

    private static StreamReport Stream(StreamOutcome outcome, int backend, double from, double to) => new(1, "main", Client, backend, from, to, outcome, "", 0);
}
