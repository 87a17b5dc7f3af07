// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>The reply to every request that was not carried out.</summary>
/// <param name="Error">Why not, for people.</param>
/// <param name="File">The file that was read, when it was about one.</param>
/// <param name="Mistakes">Every mistake in it; null when it was not about a configuration.</param>
public sealed record ErrorMessage(string Error, string? File = null, IReadOnlyList<MistakeMessage>? Mistakes = null);
