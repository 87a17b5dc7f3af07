// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Udp;

/// <summary>The one line that a load prints. Counts are of the measured time, without the warm-up; losses and wrong datagrams also of the end.</summary>
/// <param name="Flows">Client ports.</param>
/// <param name="Outstanding">Datagrams in flight on each.</param>
/// <param name="Size">Bytes of each datagram.</param>
/// <param name="Seconds">Time measured.</param>
/// <param name="Replies">Datagrams that came back whole.</param>
/// <param name="RepliesPerSecond">The same for each second.</param>
/// <param name="Lost">Datagrams without a reply in time.</param>
/// <param name="Late">Replies that came after that, or twice.</param>
/// <param name="Wrong">Replies of another flow, or damaged.</param>
/// <param name="Errors">Sends and receives that failed.</param>
/// <param name="ReceiveQueueDrops">Datagrams that full receive queues of this host dropped, whosever they are.</param>
/// <param name="P50Microseconds">Median round trip.</param>
/// <param name="P99Microseconds">Round trip that one of a hundred exceeds.</param>
/// <param name="ProcessorMicrosecondsPerReply">Processor time of the watched process for each reply; null without one.</param>
internal sealed record UdpLoadReport(
    int Flows,
    int Outstanding,
    int Size,
    double Seconds,
    long Replies,
    long RepliesPerSecond,
    long Lost,
    long Late,
    long Wrong,
    long Errors,
    long ReceiveQueueDrops,
    int P50Microseconds,
    int P99Microseconds,
    double? ProcessorMicrosecondsPerReply);
