// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Text;
using LbEngine.Scheduling;

namespace LbEngine.Configuration.Schema.Rows;

/// <summary>The forms of all texts that a configuration has.</summary>
internal static class TextForms
{
    private const int LongestText = 1024;
    private const int MostProtocolBytes = 255;

    private const string AddressV4 = @"\d{1,3}(\.\d{1,3}){3}";

    /// <summary>Where a listener listens.</summary>
    public static TextForm Bind { get; } = new(
        "an address and a port such as 127.0.0.1:8080, or *:8080 for every address",
        text => BindAddress.TryParse(text, out _, out string problem) ? null : problem,
        $@"^(({AddressV4}|\[[0-9a-zA-Z:.%]+\]|\*)?:)?\d{{1,5}}$")
    {
        Values = "ADDRESS:PORT, *:PORT",
        MayBeNumber = true,
    };

    /// <summary>Where a backend is.</summary>
    public static TextForm BackendAddress { get; } = new(
        Text.BackendAddress.Expected,
        text => Text.BackendAddress.TryParse(text, out _, out string problem) ? null : problem,
        @"^([A-Za-z0-9_.-]+|\[[0-9a-zA-Z:.%]+\]):\d{1,5}$")
    {
        Values = "ADDRESS:PORT, NAME:PORT",
    };

    /// <summary>The name of a pool: which ones there are is not known here.</summary>
    public static TextForm PoolName { get; } = Any("the name of a pool") with { Values = "a pool" };

    public static TextForm SchedulerName { get; } = Any("the name of a scheduler") with
    {
        Values = "a scheduler",
        Suggestions =
        [
            SchedulerNames.WeightedLeastConnections,
            SchedulerNames.SmoothWeightedRoundRobin,
            SchedulerNames.PowerOfTwoChoices,
            SchedulerNames.SourceHash,
        ],
    };

    /// <summary>A field of a PROXY header.</summary>
    public static TextForm ProxyField { get; } = new(
        $"one of {string.Join(", ", ProxyFieldText.Words)}",
        static text => ProxyFieldText.Words.Contains(text)
            ? null
            : $"must be one of {string.Join(", ", ProxyFieldText.Words)}, was {ConfigurationText.Quote(text)}",
        $"^({string.Join('|', ProxyFieldText.Words)})$")
    {
        Values = "WORD",
        Suggestions = [.. ProxyFieldText.Words],
    };

    /// <summary>An address of this host.</summary>
    public static TextForm SourceAddress { get; } = new(
        SourceAddressText.Expected,
        text => SourceAddressText.TryParse(text, out _, out string problem) ? null : problem,
        "^[0-9a-fA-F:.]+$")
    {
        Values = "ADDRESS",
    };

    /// <summary>Addresses of clients or of other machines.</summary>
    public static TextForm Network { get; } = new(
        NetworkText.Expected,
        text => NetworkText.TryParse(text, out _, out string problem) ? null : $"{problem}, was {ConfigurationText.Quote(text)}",
        @"^[0-9a-fA-F:.]+(/\d{1,3})?$")
    {
        Values = "NETWORK",
    };

    /// <summary>The same, or a file that lists them.</summary>
    public static TextForm NetworkOrFile { get; } = new(
        NetworkSource.Expected,
        text => NetworkSource.Refuse(text) is string problem ? $"{problem}, was {ConfigurationText.Quote(text)}" : null,
        @"^([0-9a-fA-F:.]+(/\d{1,3})?|file:.+)$")
    {
        Values = "NETWORK, file:PATH",
    };

    /// <summary>What TLS clients name.</summary>
    public static TextForm ServerName { get; } = new(ServerNameText.Expected, ServerNameText.Refuse, ServerNameText.Pattern)
    {
        Values = "NAME, *.NAME, **.NAME",
    };

    /// <summary>A protocol of ALPN (RFC 7301): any bytes, of which those of every registered name are these.</summary>
    public static TextForm ApplicationProtocol { get; } = new(
        "a protocol of ALPN such as h2 or http/1.1",
        static text => text.Length <= MostProtocolBytes && text.All(static c => c is > ' ' and <= '~')
            ? null
            : $"must be a protocol of ALPN such as h2 or http/1.1, was {ConfigurationText.Quote(text)}",
        "^[!-~]{1,255}$")
    {
        Values = "PROTOCOL",
        Suggestions = ["h2", "http/1.1"],
    };

    /// <summary>How many come in a time.</summary>
    public static TextForm Rate { get; } = new(
        RateText.Expected, text => text.Length == 0 || RateText.TryParse(text, out _, out _, out string problem) ? null : problem, RateText.Pattern)
    {
        Values = "NUMBER/s, NUMBER/m, NUMBER/h",
    };

    /// <summary>Bytes of a probe.</summary>
    public static TextForm Payload { get; } = new(
        "a text, or hex: and hexadecimal digits",
        text => PayloadText.TryParse(text, out _, out string problem) ? null : problem,
        "^(?!hex:)|^hex:([0-9a-fA-F]{2})+$")
    {
        Values = "text, hex:DIGITS",
    };

    public static TextForm Method { get; } = Made("a method", "a method such as GET or HEAD", text => text.All(char.IsAsciiLetter), "^[A-Za-z]+$");

    public static TextForm UrlPath { get; } = Made(
        "a path",
        "a path that begins with a slash, such as /healthz, without blanks",
        text => text[0] == '/' && text.All(static c => c is > ' ' and <= '~'),
        "^/[!-~]*$");

    public static TextForm Host { get; } = Made(
        "a host name",
        "a host name such as example.org",
        text => text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':' or '[' or ']'),
        @"^[A-Za-z0-9._:\[\]-]+$");

    public static TextForm Statuses { get; } = Made(
        "statuses, ranges",
        StatusRanges.Expected,
        text => StatusRanges.TryParse(text) is not null,
        @"^\s*[1-5]\d\d(-[1-5]\d\d)?(\s*,\s*[1-5]\d\d(-[1-5]\d\d)?)*\s*$");

    public static TextForm Body { get; } = Made("text", $"a text of at most {LongestText} characters", _ => true, null);

    public static TextForm Any(string expected) => new(expected, _ => null);

    private static TextForm Made(string values, string expected, Predicate<string> isRight, string? pattern) => new(
        expected,
        text => text.Length is 0 or > LongestText || !isRight(text) ? $"must be {expected}, was {ConfigurationText.Quote(text)}" : null,
        pattern)
    {
        Values = values,
    };
}
