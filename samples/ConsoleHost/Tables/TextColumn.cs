// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Tables;

/// <summary>One column of a table.</summary>
/// <param name="Title">What stands above it.</param>
/// <param name="IsNumber">Numbers stand to the right and are never cut.</param>
internal readonly record struct TextColumn(string Title, bool IsNumber = false);
