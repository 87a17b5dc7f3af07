// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Architecture.Rules;

/// <summary>A folder whose types use nothing of certain others, though the order of the rooms alone would let them.</summary>
/// <param name="Folder">Where the types are that must not use, with everything below.</param>
/// <param name="Why">What the wall is good for.</param>
/// <param name="Hidden">
/// What they must not use, with everything below, but for <paramref name="Folder"/> itself; a folder with <c>/*</c> is its own files only.
/// </param>
internal sealed record Wall(string Folder, string Why, params string[] Hidden);
