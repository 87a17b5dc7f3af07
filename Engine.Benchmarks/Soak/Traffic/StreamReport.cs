// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Benchmarks.Soak.Traffic;

/// <summary>What a client knows of its connection at the end.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Listener">Where it went.</param>
/// <param name="Client">Its own address.</param>
/// <param name="Backend">Who served it; -1 when nobody had said so yet.</param>
/// <param name="From">When it began, in seconds of the run.</param>
/// <param name="To">When it ended.</param>
/// <param name="Outcome">How.</param>
/// <param name="Detail">In words.</param>
/// <param name="Received">Bytes that came and were right.</param>
internal sealed record StreamReport(
    long Id, string Listener, EndPoint? Client, int Backend, double From, double To, StreamOutcome Outcome, string Detail, long Received);
