// SPDX-License-Identifier: MIT
using System.CommandLine;
using System.Globalization;
using LbEngine.Admin.Doctor;
using LbEngine.Admin.Messages;
using LbEngine.Configuration;

namespace LbEngine.ConsoleHost.Commands;

/// <summary>The options of <c>lb doctor</c> that change what is asked of a backend.</summary>
internal sealed class DoctorOptionSet
{
    public Option<string?> Timeout { get; } = new("--timeout")
    {
        Description = "How long a backend may take; default: what the pool allows.",
        HelpName = "TIME",
    };

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
        string? time = arguments.GetValue(Timeout);
        string? port = arguments.GetValue(Port);

        // What cannot be read at all becomes a value that is refused as out of range.
        request = new DoctorRequest
        {
            Timeout = time is null ? null : MessageDuration.TryParse(time, out TimeSpan length) ? length : TimeSpan.Zero,
            Port = port is null ? null : int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0,
            HttpPath = arguments.GetValue(Http),
            Host = arguments.GetValue(Host),
            ExpectStatus = arguments.GetValue(Status),
            Tls = arguments.GetValue(Tls),
            Send = arguments.GetValue(Send),
            Expect = arguments.GetValue(Expect),
        };
        if (request.Check() is [ConfigurationError mistake, ..])
        {
            Option<string?> option = Find(mistake.Path);
            problem = $"{option.Name} {mistake.Message}, was '{arguments.GetValue(option)}'.";
            return false;
        }

        problem = "";
        return true;
    }

    private Option<string?> Find(string property) => property switch
    {
        "timeout" => Timeout,
        "port" => Port,
        "httpPath" => Http,
        "host" => Host,
        "expectStatus" => Status,
        "send" => Send,
        _ => Expect,
    };
}
