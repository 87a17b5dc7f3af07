// SPDX-License-Identifier: MIT
using LbEngine.Files;
using LbEngine.Tests.Harness;

namespace LbEngine.Tests.Files;

/// <summary>Calls that do not come back, as those to a file server that is away.</summary>
public class DeadlineTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void Run_EndsInTime_ReturnsItsResult() => Assert.Equal(7, Deadline.Run(() => 7, Waiting.DefaultLimit));

    [Fact]
    public void Run_Fails_ThrowsWhatItThrew() =>
        Assert.Throws<FileNotFoundException>(() => Deadline.Run<int>(() => throw new FileNotFoundException(), Waiting.DefaultLimit));

    [Fact]
    public async Task Run_NeverComesBack_IsLeftAndSoAreOnlyFewOfThem()
    {
        using var back = new ManualResetEventSlim();
        int started = 0;
        var messages = new List<string>();
        try
        {
            for (int i = 0; i < 6; i++)
            {
                messages.Add(Assert.Throws<IOException>(() => Deadline.Run(Hang, Short)).Message);
            }
        }
        finally
        {
            back.Set();
        }

        await Waiting.UntilAsync(() => Deadline.LeftCalls == 0, "the calls that were left have come back");

        Assert.Equal(4, started);
        Assert.All(messages[..4], message => Assert.Equal("could not be read within 0.05 s: is the file server away?", message));
        Assert.All(messages[4..], message => Assert.StartsWith("earlier reads have not come back yet", message, StringComparison.Ordinal));
        Assert.Equal(1, Deadline.Run(() => 1, Waiting.DefaultLimit));

        int Hang()
        {
            Interlocked.Increment(ref started);
            back.Wait(Waiting.DefaultLimit);
            return 0;
        }
    }
}
