// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Architecture.Rules;

/// <summary>One type that may use a folder behind it all the same.</summary>
/// <param name="User">Full name of the type.</param>
/// <param name="Folder">What it may use.</param>
/// <param name="Why">Why there is no other way.</param>
internal sealed record Door(string User, string Folder, string Why);
