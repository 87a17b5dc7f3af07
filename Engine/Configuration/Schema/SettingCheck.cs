// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using System.Net;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>What a check of a <see cref="Setting{TOptions}"/> tells its mistakes to.</summary>
public sealed class SettingCheck
{
    private readonly string _section;
    private readonly string _name;

    internal SettingCheck(ValidationContext context, string section, string name)
    {
        Context = context;
        _section = section;
        _name = name;
    }

    internal ValidationContext Context { get; }

    /// <summary>The path of the setting.</summary>
    internal string Path => ConfigurationText.Join(_section, _name);

    /// <summary>Reports a mistake in the setting that is checked.</summary>
    /// <param name="message">What is wrong and what to write instead, such as <c>must be a loopback address</c>.</param>
    public void Refuse(string message) => Context.Refuse(Path, message);

    /// <summary>Reports a mistake of the whole section, which no setting of it has alone.</summary>
    internal void RefuseSection(string message) => Context.Refuse(_section, message);

    /// <summary>Reads an address and a port as strictly as the engine reads its own.</summary>
    /// <param name="text">Such as <c>127.0.0.1:9900</c> or <c>[::1]:9900</c>; port 0 is allowed.</param>
    /// <param name="endPoint">The address; null when the text is none.</param>
    /// <param name="problem">What to write instead when the text is none, for <see cref="Refuse"/>.</param>
    public static bool TryParseEndPoint(string text, [NotNullWhen(true)] out IPEndPoint? endPoint, out string problem) =>
        EndPointText.TryParse(text, new IntegerRange(0, IntegerRange.Ports.Max), out endPoint, out problem);

    /// <summary>Puts a value in quotes for a message: control characters are escaped and long texts cut, so that a message is always one short
    /// line.</summary>
    /// <param name="text">The value.</param>
    public static string Quote(string text) => ConfigurationText.Quote(text);
}
