// SPDX-License-Identifier: MIT
using LbEngine.Transport.Sockets.Datagrams;
using Microsoft.Extensions.Logging.Abstractions;

namespace LbEngine.Tests.Transport.Sockets.Datagrams;

public sealed class OwnerQueueTests
{
    private readonly OwnerQueue _queue = new(NullLogger.Instance);
    private readonly List<int> _order = [];

    [Fact]
    public void Post_NobodyAtWork_RunsOnTheCallersThreadBeforeItReturns()
    {
        int thread = 0;

        _queue.Post(new Work(() => thread = Environment.CurrentManagedThreadId));

        Assert.Equal(Environment.CurrentManagedThreadId, thread);
    }

    [Fact]
    public void Post_FromWork_RunsAfterItInOrderAndNotWithinIt()
    {
        _queue.Post(new Work(() =>
        {
            for (int i = 1; i <= 3; i++)
            {
                int number = i;
                _queue.Post(new Work(() => _order.Add(number)));
            }

            _order.Add(0);
        }));

        Assert.Equal([0, 1, 2, 3], _order);
    }

    [Fact]
    public void Post_WorkThrows_IsToldSoAndTheNextRuns()
    {
        bool wasTold = false;
        _queue.Post(new Work(() => throw new InvalidOperationException("a defect"), () => wasTold = true));

        _queue.Post(new Work(() => _order.Add(1)));

        Assert.True(wasTold);
        Assert.Equal([1], _order);
    }

    [Fact]
    public async Task Post_WorkThatPostsItselfForEver_LetsTheThreadGoAndOthersIn()
    {
        bool isStopped = false;
        var other = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Work endless = null!;
        endless = new Work(() =>
        {
            if (!Volatile.Read(ref isStopped))
            {
                _queue.Post(endless);
            }
        });

        _queue.Post(endless);
        _queue.Post(new Work(() => other.SetResult()));
        await Waiting.For("the other work", other.Task);

        Volatile.Write(ref isStopped, true);
    }

    [Fact]
    public async Task PostAside_NobodyAtWork_RunsOnThePool()
    {
        var ran = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);

        _queue.PostAside(new Work(() => ran.SetResult(Thread.CurrentThread.IsThreadPoolThread)));

        Assert.True(await Waiting.For("the work", ran.Task));
    }
}
