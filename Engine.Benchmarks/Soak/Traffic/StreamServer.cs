// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;

namespace LbEngine.Benchmarks.Soak.Traffic;

/// <summary>The backend of many connections. What it finds wrong it says; how to judge that, the run knows.</summary>
/// <param name="number">Which backend this is.</param>
/// <param name="health">Answers a health check that comes in at the same port.</param>
/// <param name="complain">Takes the number of a connection, and what was wrong.</param>
internal sealed class StreamServer(int number, HealthAnswer health, Action<long, string> complain)
{
    private const int Backlog = 512;

    public async Task RunAsync(IPEndPoint bind)
    {
        using var listener = new Socket(bind.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(bind);
        listener.Listen(Backlog);
        while (true)
        {
            Socket client = await listener.AcceptAsync();
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var end = new StreamEnd(socket, CancellationToken.None);
        long id = -1;
        try
        {
            socket.NoDelay = true;
            var request = new byte[StreamPreface.RequestLength];
            await end.ReceiveExactlyAsync(request, "the request");
            if (HealthAnswer.IsQuestion(request))
            {
                await health.GiveAsync(socket);
                return;
            }

            if (!StreamPreface.TryReadRequest(request, out ulong seed, out id))
            {
                complain(id, "no request of the soak came in");
                return;
            }

            await ExchangeAsync(end, StreamPlan.For(seed, id));
        }
        catch (SocketException)
        {
            // The client judges a reset: it knows what was done to it.
        }
        catch (EarlyEndException exception)
        {
            // A client that sends nothing at all is one of the crowd.
            if (id >= 0)
            {
                complain(id, exception.Message);
            }

            end.Reset();
        }
        catch (WrongBytesException exception)
        {
            complain(id, exception.Message);
            end.Reset();
        }
        catch (ObjectDisposedException)
        {
            // The other direction has reset it.
        }
    }

    private async Task ExchangeAsync(StreamEnd end, StreamPlan plan)
    {
        Task<long> upload = UploadAsync(end, plan);
        await end.SendAllAsync(StreamPreface.WriteReply(number, plan.Id));
        await end.SendAsync(plan.Download, plan.Ending == StreamEnding.BackendResets ? plan.ResetAt : plan.Down, plan, pauseAt: -1);
        if (plan.Ending == StreamEnding.BackendResets)
        {
            end.Reset();
            await upload.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return;
        }

        await end.SendAllAsync(StreamPreface.WriteVerdict(await upload));
        end.EndSending();
        if (plan.Ending == StreamEnding.BackendCloses)
        {
            // Closing at once could reset what is still on its way.
            await end.ReceiveEndAsync();
        }
    }

    private static async Task<long> UploadAsync(StreamEnd end, StreamPlan plan)
    {
        long received = 0;
        await end.ReceiveAsync(plan.Upload, plan.Up, plan, pauseAt: -1, count => received += count);
        if (plan.Ending == StreamEnding.ClientHalfCloses)
        {
            await end.ReceiveEndAsync();
        }

        return received;
    }
}
