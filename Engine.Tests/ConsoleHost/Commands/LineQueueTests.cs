// SPDX-License-Identifier: MIT
using LbEngine.ConsoleHost.Commands;
using LbEngine.Tests.Harness;

namespace LbEngine.Tests.ConsoleHost.Commands;

/// <summary>Lines for a reader who may not read.</summary>
public class LineQueueTests
{
    [Fact]
    public void Dispose_ReaderThatReads_HasEveryLineInOrder()
    {
        var read = new List<string>();
        bool hasEnded = false;

        using (var queue = new LineQueue((_, line) => read.Add(line), () => hasEnded = true))
        {
            queue.Add(TextWriter.Null, "one");
            queue.Add(TextWriter.Null, "two");
        }

        Assert.Equal(["one", "two"], read);
        Assert.True(hasEnded);
    }

    [Fact]
    public async Task Add_ReaderThatDoesNotRead_NeverWaits()
    {
        // Not disposed of: the thread that waits for it is left behind.
        var reads = new ManualResetEventSlim();
        var queue = new LineQueue((_, _) => reads.Wait(), static () => { });

        await Waiting.ForAllAsync("lines to be taken and the end to come", Waiting.DefaultLimit, Task.Run(() =>
        {
            for (int i = 0; i < 50_000; i++)
            {
                queue.Add(TextWriter.Null, "a line");
            }

            queue.Dispose();
            queue.Add(TextWriter.Null, "too late");
        }));

        reads.Set();
    }
}
