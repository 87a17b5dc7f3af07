// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>What a reload has changed, or would change: the reply of <c>POST /v1/reload</c> and <c>POST /v1/diff</c>.</summary>
/// <param name="Changes">Empty when nothing differs.</param>
/// <param name="Warnings">What is allowed, but worth a word.</param>
/// <param name="Refusals">Why a reload would refuse it; empty after a reload.</param>
public sealed record ChangeListMessage(
    IReadOnlyList<ChangeMessage> Changes,
    IReadOnlyList<MistakeMessage> Warnings,
    IReadOnlyList<MistakeMessage> Refusals);
