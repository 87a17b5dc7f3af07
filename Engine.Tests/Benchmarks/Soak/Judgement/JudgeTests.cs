// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Benchmarks.Soak;
using LbEngine.Benchmarks.Soak.Faults;
using LbEngine.Benchmarks.Soak.Judgement;
using LbEngine.Benchmarks.Soak.Traffic;

namespace LbEngine.Tests.Benchmarks.Soak.Judgement;

public sealed class JudgeTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly Excuses _excuses = new();
    private readonly Findings _findings;
    private readonly Judge _judge;

    public JudgeTests()
    {
        _findings = new Findings(new SoakClock(), [new FaultEvent(0, FaultKind.Sicken, 4, 60, 0)], _output);
        _judge = new Judge(_excuses, _findings);
    }

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Tell_ResetWithoutACause_IsFoundAndPrintedWithWhatWasDone()
    {
        _judge.Tell(Stream(StreamOutcome.Reset));

        Assert.Equal(1, _findings.Count);
        Assert.Contains("stream 1 of 127.0.0.1:5000 at main, backend 2", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("Sicken backend 4", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("extra1", StreamOutcome.Refused, -1, 0)]
    [InlineData("extra1", StreamOutcome.Reset, -1, 0)]
    [InlineData("extra1", StreamOutcome.Reset, 2, 1)]
    [InlineData("main", StreamOutcome.Refused, -1, 1)]
    internal void Tell_ListenerThatComesAndGoes_ExcusesOnlyWhoMetNoBackend(string listener, StreamOutcome outcome, int backend, int expected)
    {
        _judge.Tell(Stream(outcome) with { Listener = listener, Backend = backend });

        Assert.Equal(expected, _findings.Count);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void Close_BackendComplained_IsFoundUnlessItsClientHasAnExcuse(bool wasKilled, int expected)
    {
        if (wasKilled)
        {
            _excuses.Begin(FaultKind.Kill, 2, from: 0);
            _judge.Tell(Stream(StreamOutcome.Reset));
        }

        _judge.Complain(1, "a FIN after 5 of 10 bytes");
        _judge.Close();

        Assert.Equal(expected, _findings.Count);
    }

    private static StreamReport Stream(StreamOutcome outcome) => new(1, "main", new IPEndPoint(IPAddress.Loopback, 5000), 2, 1, 2, outcome, "", 0);
}
