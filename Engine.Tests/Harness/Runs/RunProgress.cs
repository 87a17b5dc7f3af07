// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Tests.Harness.Runs;

/// <summary>Counts the tests of one run, and says now and then how far it has come. Any thread.</summary>
/// <param name="all">Tests that will run.</param>
/// <param name="time">What time it is.</param>
internal sealed class RunProgress(int all, TimeProvider time)
{
    /// <summary>Runs of fewer tests end before anybody asks.</summary>
    private const int Few = 1000;

    /// <summary>The quick ones, and some more; the rest takes long.</summary>
    private const int Many = 4000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _said;
    private int _done;

    /// <summary>What to say before the first test; null for nothing.</summary>
    public string? Begin() => all < Few ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"{all:N0} tests begin{(all < Many ? "." : ", which take 15 to 20 minutes on two cores; those of --filter Category=Quick take two.")}");

    /// <summary>Counts one that has ended; what to say of it, null for nothing.</summary>
    public string? Finish()
    {
        lock (_lock)
        {
            _done++;
            TimeSpan elapsed = time.GetElapsedTime(_start);
            if (all < Few || elapsed - _said < Pause || _done == all)
            {
                return null;
            }

            _said = elapsed;
            return string.Create(CultureInfo.InvariantCulture, $"{_done:N0} of {all:N0} tests have ended after {elapsed:m\\:ss}.");
        }
    }
}
