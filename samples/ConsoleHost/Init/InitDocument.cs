// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using System.Text.Json;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Configuration;

namespace LbEngine.ConsoleHost.Init;

/// <summary>A first configuration, with comments that say what most people want to change next.</summary>
internal static class InitDocument
{
    private const string Head = """
        # A configuration of lb. Where this file is /etc/lb/lb.yaml:
        #   lb check /etc/lb/lb.yaml     says every mistake in it
        #   lb run /etc/lb/lb.yaml       balances
        #   lb reload                    lets a running lb read it again; connections stay
        # Every setting: man lb.yaml, or lb schema --markdown. A "#" before a line turns it off.

        # Where clients arrive, and which pool takes them.
        """;

    private const int Letters = 26;

    private const string TcpListener = """
            #idleTimeout: 15m               # a connection ends when nothing moved for so long
            #maxConnections: 10000          # one more waits until another has ended
            #maxConnectionsPerClient: 100   # one more of the same address is reset
        """;

    private const string UdpListener = """
            #responses: 1                   # one reply to each datagram, as DNS has it: then it is done
            #idleTimeout: 1m                # a client that was silent for so long begins anew
            #maxReplyRatio: 3               # keeps forged addresses from using you against others
        """;

    private const string TcpPool = """
            health: { type: tcp, interval: 5s }   # a backend that does not answer takes no new clients
            #health: { type: http, path: /healthz, expectStatus: 200-299 }   # or ask it; instead of the line above
        """;

    private const string UdpPool = """
            #health: { type: udp, send: "ping", expect: "pong" }   # ask backends something that they answer
        """;

    private const string Pool = """
            #scheduler: source-hash         # the client's address decides; default: weighted-least-connections
            #affinity: { timeout: 5m }      # a client meets the backend that it met before
            #slowStart: 30s                 # a new backend gets its share step by step
            # "weight: 2" in the braces of a backend gives it twice the share of the others.
        """;

    public static string Write(InitAnswers answers)
    {
        var text = new StringBuilder($"{Head}\nlisteners:\n  main:\n    bind: {Quote(answers.Listen)}\n");
        text.Append(answers.IsUdp ? "    protocol: udp\n" : "").Append("    pool: site\n");
        text.Append(answers.IsUdp ? UdpListener : TcpListener).Append("\n\n# Who serves them.\npools:\n  site:\n");
        text.Append(answers.IsUdp ? UdpPool : TcpPool).Append('\n').Append(Pool).Append("\n    backends:\n");
        foreach ((int i, string address) in answers.Backends.Index())
        {
            text.Append(CultureInfo.InvariantCulture, $"      {Name(i)}: {{ address: {Quote(address)} }}\n");
        }

        return text.ToString();
    }

    /// <summary>As the manual has them: <c>site/a</c>, <c>site/b</c>.</summary>
    private static string Name(int place) => place < Letters ? $"{(char)('a' + place)}" : $"{(char)('a' + (place % Letters))}{place / Letters}";

    /// <summary>What <c>lb check</c> would say.</summary>
    public static IReadOnlyList<ConfigurationError> Check(string text) => ConfigurationFile.Read(Encoding.UTF8.GetBytes(text), isJson: false).Errors;

    /// <summary>What is wrong with an address to listen on; null when nothing is.</summary>
    public static string? CheckListen(string listen, bool isUdp) =>
        Find(new InitAnswers(listen, ["127.0.0.1:1"], isUdp), static path => path.StartsWith("listeners.", StringComparison.Ordinal));

    /// <summary>What is wrong with the address of a backend; null when nothing is.</summary>
    public static string? CheckBackend(string address, bool isUdp) =>
        Find(new InitAnswers("127.0.0.1:2", [address], isUdp), static path => path.StartsWith("pools.", StringComparison.Ordinal));

    private static string? Find(InitAnswers answers, Predicate<string> isConcerned) =>
        Check(Write(answers)).Where(error => isConcerned(error.Path)).Select(static error => error.Message).FirstOrDefault();

    /// <summary>In quotes as JSON has them, which YAML reads as well.</summary>
    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
