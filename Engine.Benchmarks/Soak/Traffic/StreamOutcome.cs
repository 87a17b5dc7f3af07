// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Soak.Traffic;

/// <summary>How a connection ended, seen from one end.</summary>
internal enum StreamOutcome
{
    /// <summary>Everything came and went as planned, a planned reset too.</summary>
    AsPlanned,

    /// <summary>Reset before it was done.</summary>
    Reset,

    /// <summary>A FIN came although more was promised; or in the place of a reset.</summary>
    EarlyEnd,

    /// <summary>A byte was wrong, or one too many.</summary>
    WrongBytes,

    /// <summary>It did not end within its time.</summary>
    TimedOut,

    /// <summary>Nobody accepts there.</summary>
    Refused,
}
