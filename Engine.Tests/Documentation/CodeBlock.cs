// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Documentation;

/// <summary>A fenced block of a markdown file: the word after the fence, the line of the fence, and what stands between.</summary>
internal sealed record CodeBlock(string Language, int Line, string[] Lines)
{
    public string Text => string.Join('\n', Lines) + "\n";
}
