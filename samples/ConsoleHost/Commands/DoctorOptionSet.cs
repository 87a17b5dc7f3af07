// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.Globalization;
using LbEngine.Admin.Api;
using LbEngine.Admin.Doctor;

namespace LbEngine.ConsoleHost.Commands;

/// <summary>The options of <c>lb doctor</c> that change what is asked of a backend.</summary>
internal sealed class DoctorOptionSet
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public Option<string?> Timeout { get; } = new("--timeout") { Description = "How long a backend may take; default: what the pool allows.", HelpName = "TIME" };

    public Option<string?> Port { get; } = new("--port") { Description = "Another port of the same host.", HelpName = "N" };

    public Option<string?> Http { get; } = new("--http") { Description = "Ask for this path over HTTP.", HelpName = "PATH" };

    public Option<string?> Host { get; } = new("--host") { Description = "The Host header, and the name that the certificate must have.", HelpName = "NAME" };

    public Option<string?> Status { get; } = new("--status") { Description = "Statuses that are right, such as 200-299,304.", HelpName = "N" };

    public Option<bool> Tls { get; } = new("--tls") { Description = "Speak TLS, and look at the certificate." };

    public Option<string?> Send { get; } = new("--send") { Description = "TCP and UDP: what to send, as text or hex:0d0a.", HelpName = "TEXT" };

    public Option<string?> Expect { get; } = new("--expect") { Description = "TCP and UDP: what the answer must contain.", HelpName = "TEXT" };

    public IEnumerable<Option> All => [Timeout, Port, Http, Host, Status, Tls, Send, Expect];

    /// <summary>False when an option is wrong; <paramref name="problem"/> says which and what to write instead.</summary>
    public bool TryRead(ParseResult arguments, out DoctorRequest request, out string problem)
    {
        string? path = arguments.GetValue(Http);
        TimeSpan time = default;
        int port = 0;
        byte[] send = [];
        byte[] expect = [];
        string? timeText = arguments.GetValue(Timeout);
        string? portText = arguments.GetValue(Port);
        string? statusText = arguments.GetValue(Status);
        string? sendText = arguments.GetValue(Send);
        string? expectText = arguments.GetValue(Expect);
        StatusSet? status = statusText is null ? null : StatusSet.TryParse(statusText);
        problem = true switch
        {
            _ when timeText is not null && !(Duration.TryParse(timeText, out time) && time >= Shortest && time <= Longest) =>
                $"--timeout must be a duration from 10ms to 5m, such as 2s, was '{timeText}'.",
            _ when portText is not null && !(int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65_535) =>
                $"--port must be from 1 to 65535, was '{portText}'.",
            _ when path is not null && !IsPath(path) => $"--http must be a path such as /healthz, was '{path}'.",
            _ when statusText is not null && status is null => $"--status must be such as 200 or 200-299,304, was '{statusText}'.",
            _ when arguments.GetValue(Host) is string host && !IsHost(host) => $"--host must be a name, was '{host}'.",
            _ when sendText is not null && !Payload.TryRead(sendText, out send) => $"--send must be text, or hex: and pairs of hexadecimal digits, was '{sendText}'.",
            _ when expectText is not null && !Payload.TryRead(expectText, out expect) => $"--expect must be text, or hex: and pairs of hexadecimal digits, was '{expectText}'.",
            _ => "",
        };
        request = new DoctorRequest
        {
            Timeout = timeText is null ? null : time,
            Port = portText is null ? null : port,
            HttpPath = path,
            Host = arguments.GetValue(Host),
            ExpectStatus = status,
            Tls = arguments.GetValue(Tls),
            Send = sendText is null ? null : send,
            Expect = expectText is null ? null : expect,
        };
        return problem.Length == 0;
    }

    // What stands in a request must not begin another line of it.
    private static bool IsPath(string text) => text.StartsWith('/') && text.All(character => character is > ' ' and <= '~');

    private static bool IsHost(string text) => text.Length > 0 && text.All(character => character is > ' ' and <= '~');
}
