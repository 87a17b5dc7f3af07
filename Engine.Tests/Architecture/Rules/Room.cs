// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Architecture.Rules;

/// <summary>One folder at the top of the library, in its place among the others.</summary>
/// <param name="Folder">Its name; <see cref="FolderRules.Root"/> for the files beside the folders.</param>
/// <param name="Why">Why it stands there: it uses only folders before it.</param>
internal sealed record Room(string Folder, string Why);
