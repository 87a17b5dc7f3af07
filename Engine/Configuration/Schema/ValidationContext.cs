// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>Collects the mistakes of one validation. One thread.</summary>
internal sealed class ValidationContext
{
    private const int MostSuggestions = 100;
    private const int LongestName = 64;

    private readonly List<ConfigurationError> _errors = [];

    public IReadOnlyList<ConfigurationError> Errors => _errors;

    public void Refuse(string path, string message) => _errors.Add(new ConfigurationError(path, message));

    public void CheckInteger(string path, string setting, int value, IntegerRange range)
    {
        if (!range.Contains(value))
        {
            Refuse(ConfigurationText.Join(path, setting), range.Refuse(value.ToString(CultureInfo.InvariantCulture)));
        }
    }

    public void CheckDuration(string path, string setting, TimeSpan value, DurationRange range)
    {
        if (!range.Contains(value))
        {
            Refuse(ConfigurationText.Join(path, setting), range.Refuse(DurationText.Format(value)));
        }
    }

    public void CheckWord<T>(string path, string setting, T value, string words)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            Refuse(ConfigurationText.Join(path, setting), $"must be one of {words}, was {value:d}");
        }
    }

    /// <summary>Reports a part that somebody has set to null; true when it is there.</summary>
    public bool CheckPresent<T>(string path, [NotNullWhen(true)] T? part)
        where T : class
    {
        if (part is null)
        {
            Refuse(path, "must not be null; leave it as it was for the defaults");
        }

        return part is not null;
    }

    /// <summary>Names go into logs, metrics and paths, so only plain ones are taken.</summary>
    public void CheckName(string path, string name)
    {
        bool plain = name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
        if (name.Length is 0 or > LongestName || !plain)
        {
            Refuse(path, $"a name has 1 to {LongestName} letters, digits, dots, underscores and hyphens, was {ConfigurationText.Quote(name)}");
        }
    }

    public string Suggest(string name, IEnumerable<string> candidates) =>
        _errors.Count < MostSuggestions ? NameSuggestion.Phrase(name, candidates) : "";
}
