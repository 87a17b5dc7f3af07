// SPDX-License-Identifier: MIT
using LbEngine.Tests.Harness.Runs;
using LbEngine.Tests.Harness.Threads;
using LbEngine.Transport.Sockets.Datagrams;
using Microsoft.Extensions.Logging.Abstractions;

namespace LbEngine.Tests.Transport.Sockets.Datagrams;

[Collection("Soak")]
[Trait(Quick.Category, Quick.Slow)]
public sealed class OwnerQueueSoakTests
{
    private const int Threads = 4;
    private const int WorksPerThread = 50_000;

    [Fact]
    public async Task Post_FromManyThreads_RunsEachOnceAloneAndInTheOrderOfItsThread()
    {
        var queue = new OwnerQueue(NullLogger.Instance);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var last = new int[Threads];
        int inside = 0;
        int together = 0;
        int outOfOrder = 0;
        int ran = 0;

        Threaded.Run(Threads, thread =>
        {
            for (int i = 1; i <= WorksPerThread; i++)
            {
                int number = i;
                queue.Post(new Work(() =>
                {
                    together += Interlocked.Increment(ref inside) - 1;
                    outOfOrder += last[thread] == number - 1 ? 0 : 1;
                    last[thread] = number;
                    Interlocked.Decrement(ref inside);

                    // Not interlocked: a queue with two owners would lose some.
                    if (++ran == Threads * WorksPerThread)
                    {
                        done.SetResult();
                    }
                }));
            }
        });
        await Waiting.For($"{Threads * WorksPerThread} works", done.Task);

        Assert.Equal(0, together);
        Assert.Equal(0, outOfOrder);
    }
}
