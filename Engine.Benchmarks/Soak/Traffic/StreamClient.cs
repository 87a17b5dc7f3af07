// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Benchmarks.Soak.Processes;

namespace LbEngine.Benchmarks.Soak.Traffic;

/// <summary>The client of one connection: does what the plan says and sees what comes of it.</summary>
internal sealed class StreamClient(StreamPlan plan, ulong seed, SoakClock clock)
{
    // Without a byte: held at a limit, stalled, and its backend paused or behind a firewall, all of it twice.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    // A busy machine makes a large stream slow, and that is no fault: 29 MB had half arrived after 90 s where the load was 176.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(SoakDocument.LongestClientSeconds);

    private bool _hasFailedToSend;
    private int _backend = -1;
    private long _received;

    /// <summary>Runs it to its end. Never throws but at <paramref name="stop"/>.</summary>
    /// <param name="listener">The listener's name, for the report.</param>
    /// <param name="source">The client's address.</param>
    /// <param name="target">The listener's.</param>
    /// <param name="stop">Ends the run.</param>
    public async Task<StreamReport> RunAsync(string listener, IPAddress source, IPEndPoint target, CancellationToken stop)
    {
        double from = clock.Seconds;
        EndPoint? own = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var end = new StreamEnd(socket, limit.Token, () => limit.CancelAfter(Until(from + Longest.TotalSeconds)));
        (StreamOutcome outcome, string detail) = (StreamOutcome.AsPlanned, "");
        try
        {
            if (plan.ReceiveBuffer > 0)
            {
                socket.ReceiveBufferSize = plan.ReceiveBuffer;
            }

            socket.Bind(new IPEndPoint(source, 0));
            own = socket.LocalEndPoint;
            await socket.ConnectAsync(target, limit.Token);
            await ExchangeAsync(end);
        }
        catch (SocketException exception)
        {
            outcome = exception.SocketErrorCode == SocketError.ConnectionRefused ? StreamOutcome.Refused : StreamOutcome.Reset;
            detail = exception.SocketErrorCode.ToString();
        }
        catch (EarlyEndException exception)
        {
            // The kernel tells of a reset once: after a send that has failed by it, a read says "end".
            (outcome, detail) = (_hasFailedToSend ? StreamOutcome.Reset : StreamOutcome.EarlyEnd, exception.Message);
        }
        catch (WrongBytesException exception)
        {
            (outcome, detail) = (StreamOutcome.WrongBytes, exception.Message);
        }
        catch (OperationCanceledException)
        {
            stop.ThrowIfCancellationRequested();
            (outcome, detail) = (StreamOutcome.TimedOut, $"after {_received} of {plan.Down} bytes");
        }

        if (outcome != StreamOutcome.AsPlanned)
        {
            // A FIN would tell the backend that the upload is whole.
            end.Reset();
        }

        if (outcome == StreamOutcome.Reset && plan.Ending == StreamEnding.BackendResets)
        {
            outcome = StreamOutcome.AsPlanned;
        }

        return new StreamReport(plan.Id, listener, own, _backend, from, clock.Seconds, outcome, $"{detail}; {plan}", _received);
    }

    private TimeSpan Until(double last) => TimeSpan.FromSeconds(Math.Clamp(last - clock.Seconds, 0, Patience.TotalSeconds));

    private async Task ExchangeAsync(StreamEnd end)
    {
        await end.SendAllAsync(StreamPreface.WriteRequest(seed, plan.Id));
        Task download = DownloadAsync(end);
        try
        {
            await UploadAsync(end);
        }
        catch (SocketException)
        {
            // What the backend sent before it went may still be here, and is looked at.
            _hasFailedToSend = true;
        }

        if (plan.Ending == StreamEnding.ClientResets)
        {
            end.Reset();
            await download.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return;
        }

        await download;
    }

    private async Task UploadAsync(StreamEnd end)
    {
        long until = plan.Ending == StreamEnding.ClientResets ? plan.ResetAt : plan.Up;
        await end.SendAsync(plan.Upload, until, plan, plan.StallAt);
        if (plan.Ending == StreamEnding.ClientHalfCloses)
        {
            end.EndSending();
        }
    }

    private async Task DownloadAsync(StreamEnd end)
    {
        var reply = new byte[StreamPreface.ReplyLength];
        await end.ReceiveExactlyAsync(reply, "the reply");
        (int backend, long id) = StreamPreface.ReadReply(reply);
        if (id != plan.Id)
        {
            throw new WrongBytesException($"the answer to connection {id}");
        }

        _backend = backend;
        await end.ReceiveAsync(plan.Download, plan.Down, plan, plan.StallAt, count => _received += count);
        var verdict = new byte[StreamPreface.VerdictLength];
        await end.ReceiveExactlyAsync(verdict, "the verdict");
        if (StreamPreface.ReadVerdict(verdict) is long received && received != plan.Up)
        {
            throw new WrongBytesException($"the backend has received {received} of {plan.Up} bytes");
        }

        await end.ReceiveEndAsync();
    }
}
