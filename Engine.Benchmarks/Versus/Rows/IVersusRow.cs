// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Versus.Contenders;

namespace LbEngine.Benchmarks.Versus.Rows;

/// <summary>One kind of work that all contenders do.</summary>
internal interface IVersusRow
{
    /// <summary>The word for <c>--rows</c>.</summary>
    string Name { get; }

    /// <summary>What is measured, with its unit.</summary>
    string Title { get; }

    /// <summary>The load's command, for whoever wants to repeat it.</summary>
    string Command { get; }

    bool Includes(Contender contender);

    /// <summary>Measured one time, without a warm-up: the first time is what counts.</summary>
    bool IsOnce { get; }

    /// <summary>How long it takes beside other rows, as they were timed: a web row is 1.</summary>
    double Weight { get; }

    /// <summary>Loads one contender once.</summary>
    Sample Measure(Ring ring, Contender contender, int seconds);

    /// <summary>What is measured once at the end, under a tool that disturbs; empty where there is nothing.</summary>
    string Dissect(Ring ring, Contender contender);
}
