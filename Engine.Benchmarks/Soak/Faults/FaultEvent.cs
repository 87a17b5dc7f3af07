// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Benchmarks.Soak.Faults;

/// <summary>One fault of the schedule.</summary>
/// <param name="At">When it begins, in seconds of the run.</param>
/// <param name="Kind">What is done.</param>
/// <param name="Backend">To whom; -1: to the balancer.</param>
/// <param name="For">How many seconds it lasts.</param>
/// <param name="Amount">How much: a weight, or a number of clients.</param>
internal sealed record FaultEvent(double At, FaultKind Kind, int Backend, double For, int Amount)
{
    public override string ToString()
    {
        string whom = Backend < 0 ? "" : $" backend {Backend}";
        return string.Create(CultureInfo.InvariantCulture, $"{At,8:0.00} s {Kind}{whom} for {For:0.00} s, {Amount}");
    }
}
