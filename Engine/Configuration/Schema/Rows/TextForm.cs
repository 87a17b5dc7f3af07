// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration.Schema.Rows;

/// <summary>Which texts are right.</summary>
/// <param name="Expected">What may be written, for people.</param>
/// <param name="Refuse">What is wrong with a text; null when nothing is.</param>
/// <param name="Pattern">The same as a regular expression for editors, as far as one can say it; null for none.</param>
internal sealed record TextForm(string Expected, Func<string, string?> Refuse, string? Pattern = null)
{
    /// <summary>The same in few words, for a table; what is expected where nobody has said it shorter.</summary>
    public string Values { get; init; } = Expected;

    /// <summary>True where a text of digits alone is right, which YAML and JSON take for a number.</summary>
    public bool MayBeNumber { get; init; }

    /// <summary>What an editor may offer; other texts are right too.</summary>
    public IReadOnlyList<string> Suggestions { get; init; } = [];
}
