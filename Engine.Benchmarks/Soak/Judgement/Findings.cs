// SPDX-License-Identifier: MIT
using System.Globalization;
using LbEngine.Benchmarks.Soak.Faults;

namespace LbEngine.Benchmarks.Soak.Judgement;

/// <summary>What is wrong so far. Each is printed as it is found, with what was done just before. Any thread may add.</summary>
internal sealed class Findings(SoakClock clock, IReadOnlyList<FaultEvent> schedule, TextWriter output)
{
    // One cause may have thousands of effects; the first of them say what it is.
    private const int MostPrinted = 20;
    private const double Before = 8;

    private readonly List<Finding> _all = [];
    private readonly Lock _lock = new();

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _all.Count;
            }
        }
    }

    public void Add(string text)
    {
        lock (_lock)
        {
            var finding = new Finding(clock.Seconds, text);
            _all.Add(finding);
            if (_all.Count <= MostPrinted)
            {
                Print(finding);
            }
        }
    }

    private void Print(Finding finding)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"WRONG at {finding.At:0.00} s: {finding.Text}"));
        foreach (FaultEvent fault in schedule.Where(fault => fault.At <= finding.At && fault.At + fault.For + Before >= finding.At))
        {
            output.WriteLine($"    {fault}");
        }
    }
}
