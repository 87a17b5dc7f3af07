// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Configuration.Text;

/// <summary>The whole numbers that a setting may have, both ends included.</summary>
internal readonly record struct IntegerRange(int Min, int Max)
{
    /// <summary>Ports that can be connected to.</summary>
    public static IntegerRange Ports => new(1, 65_535);

    public bool Contains(int value) => value >= Min && value <= Max;

    /// <summary>What to say of a value outside the range, given as it was written.</summary>
    public string Refuse(string value) => $"must be {this}, was {value}";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"from {Min} to {Max}");
}
