// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Benchmarks.Soak.Judgement;
using LbEngine.Benchmarks.Soak.Processes;

namespace LbEngine.Benchmarks.Soak.Traffic;

/// <summary>Clients that come one after the other on many tracks, until they are told to come no more.</summary>
internal sealed class SoakTraffic(SoakSettings settings, SoakClock clock, Judge judge)
{
    private const int Extra = 10;

    private readonly List<Task> _tracks = [];
    private volatile bool _isEnding;
    private long _streams;
    private long _flows;

    public long Streams => Interlocked.Read(ref _streams);

    public long Flows => Interlocked.Read(ref _flows);

    public void Start(CancellationToken stop)
    {
        for (int track = 0; track < settings.Streams; track++)
        {
            _tracks.Add(Task.Run(() => RunStreamsAsync(stop), CancellationToken.None));
        }

        for (int track = 0; track < settings.Flows; track++)
        {
            _tracks.Add(Task.Run(() => RunFlowsAsync(stop), CancellationToken.None));
        }
    }

    /// <summary>No further client comes; done when the last one has gone.</summary>
    public Task EndAsync()
    {
        _isEnding = true;
        return Task.WhenAll(_tracks);
    }

    private async Task RunStreamsAsync(CancellationToken stop)
    {
        while (!_isEnding && !stop.IsCancellationRequested)
        {
            long id = Interlocked.Increment(ref _streams);
            (string listener, IPEndPoint target) = Choose(id);
            var client = new StreamClient(StreamPlan.For(settings.Seed, id), settings.Seed, clock);
            StreamReport report = await client.RunAsync(listener, SoakPorts.Source(id), target, stop);
            judge.Tell(report);
            if (report.Outcome == StreamOutcome.Refused)
            {
                // A track whose clients are refused at once would do nothing else.
                await Task.Delay(Extra, stop);
            }
        }
    }

    private async Task RunFlowsAsync(CancellationToken stop)
    {
        while (!_isEnding && !stop.IsCancellationRequested)
        {
            long flow = Interlocked.Increment(ref _flows);
            var client = new DatagramClient(settings.Seed, flow, clock, judge.Tell);
            await client.RunAsync(SoakPorts.Source(flow), SoakPorts.Main, stop);
            judge.Count("datagrams sent", client.Sent);
            judge.Count("datagram bytes", client.Received);
        }
    }

    private (string Name, IPEndPoint EndPoint) Choose(long id) => new Mixer(Mixer.At(settings.Seed + 1, id)).Below(Extra) switch
    {
        0 => ("extra0", SoakPorts.Extra(0)),
        1 => ("extra1", SoakPorts.Extra(1)),
        2 or 3 => ("limited", SoakPorts.Limited),
        _ => ("main", SoakPorts.Main),
    };
}
