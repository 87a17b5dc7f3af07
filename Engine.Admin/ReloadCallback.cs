// SPDX-License-Identifier: MIT
namespace LbEngine.Admin;

/// <summary>Reads the configuration again and goes by it. Called by any thread, and by several at once.</summary>
/// <param name="force">Allows the removal of more than half of all backends.</param>
/// <param name="cancellationToken">Whoever has asked went away: the wait may end, what has begun is carried out.</param>
/// <returns>How it ended; a refusal is a result too. What is thrown is logged as a defect.</returns>
public delegate Task<ReloadResult> ReloadCallback(bool force, CancellationToken cancellationToken);
