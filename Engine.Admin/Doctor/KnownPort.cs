// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor;

/// <summary>A port that the configuration names besides the examined one.</summary>
/// <param name="Port">The port.</param>
/// <param name="Meaning">What it is there, such as "the port of site/b".</param>
internal sealed record KnownPort(int Port, string Meaning);
