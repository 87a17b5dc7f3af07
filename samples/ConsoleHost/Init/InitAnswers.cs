// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Init;

/// <summary>What a first configuration is made of.</summary>
/// <param name="Listen">Where clients arrive.</param>
/// <param name="Backends">Who serves them.</param>
/// <param name="IsUdp">UDP instead of TCP.</param>
internal sealed record InitAnswers(string Listen, IReadOnlyList<string> Backends, bool IsUdp)
{
    /// <summary>Where clients arrive when nobody says so: no rights are needed for it.</summary>
    public const string DefaultListen = "0.0.0.0:8080";
}
