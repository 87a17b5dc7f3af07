// SPDX-License-Identifier: MIT
using System.Diagnostics;
using System.Net;

namespace LbEngine.Tests.Harness.Datagrams;

/// <summary>Many flows that send bursts in turn and check every reply.</summary>
/// <remarks>Only a few flows of each thread have a burst under way, so that the load itself fills no queue.</remarks>
internal sealed class VerifyingLoad : IDisposable
{
    public const int Burst = 32;

    private const int Threads = 2;
    private const int FlowsUnderWay = 4;

    private readonly VerifyingFlow[] _flows;

    /// <param name="target">The balancer.</param>
    /// <param name="flows">Client ports.</param>
    public VerifyingLoad(IPEndPoint target, int flows) =>
        _flows = [.. Enumerable.Range(0, flows).Select(number => new VerifyingFlow(target, number, Burst))];

    /// <summary>A burst that is not answered for this long has losses.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);

    public long Sent => _flows.Sum(flow => flow.Sent);

    public long Lost => _flows.Sum(flow => flow.Lost);

    public long Late => _flows.Sum(flow => flow.Late);

    /// <summary>The most that one flow has lost.</summary>
    public long MostLost => _flows.Max(flow => flow.Lost);

    public IEnumerable<string> Wrong => _flows.Select(flow => flow.Wrong).OfType<string>();

    /// <summary>Every flow sends that many bursts.</summary>
    public Task RunAsync(int rounds, TimeSpan? limit = null)
    {
        VerifyingFlow[][] shares = [.. _flows.Chunk((_flows.Length + Threads - 1) / Threads)];
        return Waiting.ForAllAsync(
            $"{_flows.Length} flows to send {rounds} bursts each",
            limit ?? TimeSpan.FromSeconds(60),
            shares.Select(share => Task.Factory.StartNew(() => Run(share, rounds), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }

    /// <summary>Looks at replies that came too late; call it when nothing is under way any more.</summary>
    public void ReceiveRest()
    {
        foreach (VerifyingFlow flow in _flows)
        {
            flow.ReceiveRest();
        }
    }

    public void Dispose()
    {
        foreach (VerifyingFlow flow in _flows)
        {
            flow.Dispose();
        }
    }

    private void Run(VerifyingFlow[] share, int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            foreach (VerifyingFlow[] group in share.Chunk(FlowsUnderWay))
            {
                foreach (VerifyingFlow flow in group)
                {
                    flow.SendBurst();
                }

                long deadline = Stopwatch.GetTimestamp() + (long)(Patience.TotalSeconds * Stopwatch.Frequency);
                foreach (VerifyingFlow flow in group)
                {
                    flow.ReceiveBurst(deadline);
                }
            }
        }
    }
}
