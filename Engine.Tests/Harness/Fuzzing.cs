// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Tests.Harness;

/// <summary>How many mutated inputs a parser gets: few in every run of the tests, and as many as somebody asks for.</summary>
internal static class Fuzzing
{
    private const string Variable = "LBENGINE_FUZZ";
    private const int Usual = 100_000;

    public static int Rounds { get; } = Environment.GetEnvironmentVariable(Variable) is string text
        ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
        : Usual;
}
