// SPDX-License-Identifier: MIT
using System.Globalization;

namespace LbEngine.Benchmarks.Udp;

/// <summary>The words behind a command: <c>--name value</c>, or <c>--name</c> alone for a switch. Throws for a name that nobody asked for.</summary>
internal sealed class CommandSettings
{
    private readonly Dictionary<string, string> _values = [];
    private readonly HashSet<string> _known = [];

    public CommandSettings(IReadOnlyList<string> words)
    {
        for (int i = 0; i < words.Count; i++)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal))
            {
                throw new ArgumentException($"'{words[i]}' is not a setting; settings begin with '--'.");
            }

            bool hasValue = i + 1 < words.Count && !words[i + 1].StartsWith("--", StringComparison.Ordinal);
            _values[words[i][2..]] = hasValue ? words[++i] : "";
        }
    }

    public int Number(string name, int otherwise)
    {
        string? text = Take(name);
        int number = otherwise;
        return text is null || int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out number)
            ? number
            : throw new ArgumentException($"--{name} takes a whole number, was '{text}'.");
    }

    public bool Switch(string name) => Take(name) is not null;

    public string Text(string name) => Take(name) ?? throw new ArgumentException($"--{name} is missing.");

    /// <summary>Call it once everything was asked for.</summary>
    public void EnsureAllKnown()
    {
        string unknown = string.Join(", ", _values.Keys.Where(name => !_known.Contains(name)).Select(name => $"--{name}"));
        if (unknown.Length > 0)
        {
            throw new ArgumentException($"Unknown: {unknown}. Known: {string.Join(", ", _known.Select(name => $"--{name}"))}.");
        }
    }

    private string? Take(string name)
    {
        _known.Add(name);
        return _values.GetValueOrDefault(name);
    }
}
