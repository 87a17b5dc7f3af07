// SPDX-License-Identifier: MIT
using System.Text.Json.Nodes;
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema.Rows;

/// <summary>Durations of a range.</summary>
internal sealed class DurationForm(DurationRange range) : ValueForm<TimeSpan>
{
    public override string Values => $"{DurationText.Format(range.Min)} to {DurationText.Format(range.Max)}";

    public override string Expected(TimeSpan? example) => $"a duration such as {DurationText.Format(example ?? TimeSpan.FromSeconds(30))}";

    public override bool TryParse(string text, ReadContext context, out TimeSpan value, out string problem) =>
        DurationText.TryParse(text, range, out value, out problem);

    public override string? Refuse(TimeSpan value) => range.Contains(value) ? null : range.Refuse(DurationText.Format(value));

    public override string Format(TimeSpan value) => DurationText.Format(value);

    /// <summary>In whole milliseconds, as the engine counts them.</summary>
    public override ConfigurationNode Write(TimeSpan value) =>
        ConfigurationNode.Scalar(DurationText.Format(TimeSpan.FromMilliseconds(value.Ticks / TimeSpan.TicksPerMillisecond)));

    public override JsonObject WriteSchema() => new() { ["type"] = "string", ["pattern"] = DurationText.Pattern };
}
