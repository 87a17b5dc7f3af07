// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Transport.Probes;

/// <summary>One answer, and what a health check says of it.</summary>
/// <param name="Sentence">What it is.</param>
/// <param name="Bytes">What comes.</param>
/// <param name="IsLast">Whether the backend closes then.</param>
/// <param name="Body">The text that the body must contain; null for any.</param>
/// <param name="Expected">Cause, status and mistake.</param>
public sealed record HttpAnswerCase(string Sentence, byte[] Bytes, bool IsLast, string? Body, string Expected)
{
    public override string ToString() => Sentence;
}
