// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Admin.Doctor.Findings;

/// <summary>How datagrams to a UDP backend went.</summary>
/// <param name="EndPoint">Where to.</param>
/// <param name="Outcome">What came back.</param>
/// <param name="Sent">How many were sent.</param>
/// <param name="SentBytes">Bytes in each.</param>
/// <param name="Elapsed">Until the answer, or how long was waited.</param>
/// <param name="Timeout">What the balancer allows.</param>
internal sealed record DatagramFinding(IPEndPoint EndPoint, DatagramOutcome Outcome, int Sent, int SentBytes, TimeSpan Elapsed, TimeSpan Timeout) : Finding
{
    public string Preview { get; init; } = "";

    public string Detail { get; init; } = "";

    /// <summary>Whether the answer holds what it must; true when nothing is expected.</summary>
    public bool IsExpected { get; init; } = true;

    public override IEnumerable<string> Evidence
    {
        get
        {
            string sent = $"{Figures.Count(Sent, "datagram")} of {Figures.Count(SentBytes, "byte")} to {EndPoint}";
            yield return Outcome switch
            {
                DatagramOutcome.Answered => $"{sent}: answered after {Figures.Time(Elapsed)}; the time-out is {Figures.Time(Timeout)}",
                DatagramOutcome.Refused => $"{sent}: ICMP 'port unreachable' after {Figures.Time(Elapsed)}",
                DatagramOutcome.Unreachable => $"{sent}: failed after {Figures.Time(Elapsed)}: {Detail}",
                DatagramOutcome.Silent => $"{sent}: no answer and no ICMP within {Figures.Time(Elapsed)}",
                _ => $"this host could not send to {EndPoint}: {Detail}",
            };
            if (Outcome == DatagramOutcome.Answered)
            {
                yield return $"the answer begins with '{Preview}'{(IsExpected ? "" : ", which is not what the check expects")}";
            }
        }
    }
}
