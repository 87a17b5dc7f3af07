// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration.Text;

/// <summary>The durations that a setting may have, both ends included.</summary>
internal readonly record struct DurationRange(TimeSpan Min, TimeSpan Max)
{
    /// <summary>A range as a table declares it.</summary>
    public static DurationRange Parse(string min, string max) => new(DurationText.Parse(min), DurationText.Parse(max));

    public bool Contains(TimeSpan value) => value >= Min && value <= Max;

    /// <summary>What to say of a value outside the range, given as it was written.</summary>
    public string Refuse(string value) => $"must be {this}, was {value}";

    public override string ToString() => $"from {DurationText.Format(Min)} to {DurationText.Format(Max)}";
}
