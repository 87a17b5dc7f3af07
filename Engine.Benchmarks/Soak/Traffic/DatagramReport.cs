// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Benchmarks.Soak.Traffic;

/// <summary>One datagram that had no answer, or a wrong one.</summary>
/// <param name="Flow">Its flow.</param>
/// <param name="Client">The flow's address.</param>
/// <param name="Backend">Who answered the one before; -1 for nobody.</param>
/// <param name="From">When it was sent, in seconds of the run.</param>
/// <param name="To">When it was given up.</param>
/// <param name="IsLost">False: what came was wrong, which nothing excuses.</param>
/// <param name="Detail">In words.</param>
internal sealed record DatagramReport(long Flow, EndPoint Client, int Backend, double From, double To, bool IsLost, string Detail);
