// SPDX-License-Identifier: MIT
using System.Text.Json.Nodes;
using LbEngine.Configuration.Documents;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema.Rows;

/// <summary>Durations of a range.</summary>
/// <param name="range">Which are right.</param>
/// <param name="off">What the word <c>off</c> stands for: zero, or <see cref="Timeout.InfiniteTimeSpan"/> for a time-out that never passes; null where
/// nothing can be turned off.</param>
internal sealed class DurationForm(DurationRange range, TimeSpan? off = null) : ValueForm<TimeSpan>
{
    private const string Off = "off";

    // What people write for it, and what older YAML and most JSON writers make of it.
    private static readonly string[] OffWords = [Off, "false"];
    private static readonly string[] LikeOff = ["none", "never", "no", "infinite", "infinity", "unlimited", "disabled", "-1"];

    public override string Values => $"{DurationText.Format(range.Min)} to {DurationText.Format(range.Max)}{(off is null ? "" : $", or {Off}")}";

    private string Remedy => off is null ? "" : $"; write {Off} for none";

    public override string Expected(TimeSpan? example) =>
        $"a duration such as {DurationText.Format(example is { Ticks: > 0 } duration ? duration : TimeSpan.FromSeconds(30))}";

    public override bool TryParse(string text, ReadContext context, out TimeSpan value, out string problem)
    {
        value = off ?? default;
        problem = "";
        if (OffWords.Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            problem = off is null ? RefuseOff(text) : "";
            return off is not null;
        }

        if (LikeOff.Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            problem = off is null ? RefuseOff(text) : $"{range.Refuse(ConfigurationText.Quote(text))}{Remedy}";
            return false;
        }

        if (DurationText.TryParse(text, range, out value, out problem))
        {
            return true;
        }

        problem += text == "0" && !range.Contains(TimeSpan.Zero) ? Remedy : "";
        return false;
    }

    public override string? Refuse(TimeSpan value)
    {
        if (range.Contains(value) || value == off)
        {
            return null;
        }

        if (value == Timeout.InfiniteTimeSpan)
        {
            return RefuseOff(Off);
        }

        return range.Refuse(DurationText.Format(value)) + (value == TimeSpan.Zero ? Remedy : "");
    }

    public override string Format(TimeSpan value) => IsNever(value) ? Off : DurationText.Format(value);

    /// <summary>In whole milliseconds, as the engine counts them.</summary>
    public override ConfigurationNode Write(TimeSpan value) =>
        ConfigurationNode.Scalar(Format(IsNever(value) ? value : TimeSpan.FromMilliseconds(value.Ticks / TimeSpan.TicksPerMillisecond)));

    public override JsonObject WriteSchema()
    {
        var duration = new JsonObject { ["type"] = "string", ["pattern"] = DurationText.Pattern };
        return off is null
            ? duration
            : new JsonObject { ["anyOf"] = new JsonArray(duration, new JsonObject { ["enum"] = new JsonArray(Off, false) }) };
    }

    private bool IsNever(TimeSpan value) => value == Timeout.InfiniteTimeSpan && off == value;

    private string RefuseOff(string text) => $"cannot be turned off: {range.Refuse(ConfigurationText.Quote(text))}";
}
