// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor;

/// <summary>What to run next.</summary>
/// <param name="Command">A command for a shell, to be copied.</param>
/// <param name="IsHere">True on this host, false on the backend's.</param>
/// <param name="Purpose">What it shows.</param>
public sealed record NextStep(string Command, bool IsHere, string Purpose);
