// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Harness.Streams;

/// <summary>What one end has seen of its stream.</summary>
/// <param name="Bytes">Bytes received.</param>
/// <param name="FirstWrong">Offset of the first byte that is not the one that was sent; null when all are right.</param>
/// <param name="End">How it ended.</param>
internal readonly record struct Observation(long Bytes, long? FirstWrong, PeerEnd End)
{
    public override string ToString() => $"{Bytes} B, {Tail}";

    /// <summary>For streams that may be cut short anywhere: right or not, and the end, without the count.</summary>
    public string ToStringWithoutCount() => $"some B, {Tail}";

    private string Tail => $"{(FirstWrong is long wrong ? $"WRONG from {wrong}, " : "")}{(End == PeerEnd.Open ? "open" : End.ToString().ToUpperInvariant())}";
}
