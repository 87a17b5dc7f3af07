// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor.Findings;

/// <summary>One thing that an examination has seen. Immutable, and free of any judgement.</summary>
internal abstract record Finding
{
    /// <summary>The same in words, with its figures.</summary>
    public abstract IEnumerable<string> Evidence { get; }
}
