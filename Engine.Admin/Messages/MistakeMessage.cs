// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Messages;

/// <summary>One mistake in, or one warning about, a configuration.</summary>
internal sealed record MistakeMessage(string Path, string Message, int? Line);
