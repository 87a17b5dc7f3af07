// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Doctor;

/// <summary>What to run next, for programs.</summary>
/// <param name="Command">A command for a shell.</param>
/// <param name="Where"><c>here</c> or <c>backend</c>.</param>
/// <param name="Purpose">What it shows.</param>
internal sealed record NextStepMessage(string Command, string Where, string Purpose);
