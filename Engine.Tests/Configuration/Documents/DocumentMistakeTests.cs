// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Configuration.Documents;

/// <summary>Mistakes of form: each row is one wrong document and everything that is said of it.</summary>
public class DocumentMistakeTests
{
    private const string Pools = "pools: { site: { backends: { a: { address: 10.0.0.1:80 } } } }\n";

    public static TheoryData<string, string, string[]> Rows => new()
    {
        {
            "an unknown root setting is named with the one that was meant",
            "reactor: 2\n" + Web(""),
            ["line 1: reactor: is not a known setting; did you mean reactors?"]
        },
        {
            "an unknown setting like no other is answered with those that are known",
            "drain: { colour: red }\n" + Web(""),
            ["line 1: drain.colour: is not a known setting; known here: delay, timeout, spread"]
        },
        {
            "a misspelt pools does not make every listener wrong too",
            "listeners: { web: { bind: 0.0.0.0:80, pool: site } }\npool:\n  site: {}\n",
            ["line 2: pool: is not a known setting; did you mean pools?"]
        },
        {
            "a misspelt name beside the right one hides none of the other mistakes",
            "listners: {}\nlisteners: { web: { bind: 127.0.0.1:99999, pool: sites } }\n" + Pools,
            [
                "line 1: listners: is not a known setting; did you mean listeners?",
                "line 2: listeners.web.bind: the port must be a whole number from 0 to 65535, was '127.0.0.1:99999'",
                "line 2: listeners.web.pool: there is no pool 'sites'; did you mean site? the pools are site",
            ]
        },
        {
            "the case of a setting counts",
            Web("idletimeout: 3s"),
            ["line 4: listeners.web.idletimeout: is not a known setting; did you mean idleTimeout?"]
        },
        {
            "a duration without a unit is answered with one",
            Web("idleTimeout: 30"),
            ["line 4: listeners.web.idleTimeout: needs a unit (ms, s, m, h, d): write 30s"]
        },
        {
            "a duration with an unknown unit",
            Web("idleTimeout: 30sec"),
            ["line 4: listeners.web.idleTimeout: has an unknown unit; write ms, s, m, h or d, such as 30s, was '30sec'"]
        },
        {
            "a duration as .NET writes it",
            Web("idleTimeout: 00:00:30"),
            ["line 4: listeners.web.idleTimeout: must be a whole number with a unit (ms, s, m, h, d), such as 30s, was '00:00:30'"]
        },
        {
            "a duration that no clock holds",
            Web("idleTimeout: 99999999999999999999d"),
            ["line 4: listeners.web.idleTimeout: must be from 1s to 7d, was 99999999999999999999d"]
        },
        {
            "a duration that overflows by its unit only",
            Web("idleTimeout: -9223372036854775808d"),
            ["line 4: listeners.web.idleTimeout: must be from 1s to 7d, was -9223372036854775808d"]
        },
        {
            "a duration that is too short",
            Web("halfCloseTimeout: 10ms"),
            ["line 4: listeners.web.halfCloseTimeout: must be from 1s to 7d, was 10ms"]
        },
        {
            "a number that fits in no integer",
            Web("maxConnections: 99999999999999999999"),
            ["line 4: listeners.web.maxConnections: must be from 0 to 4194304, was 99999999999999999999"]
        },
        {
            "a number below its range",
            Web("maxConnectionsPerClient: -1"),
            ["line 4: listeners.web.maxConnectionsPerClient: must be from 0 to 4194304, was -1"]
        },
        {
            "nobody can be inspected where nobody may be",
            Web("maxInspecting: 0"),
            ["line 4: listeners.web.maxInspecting: must be from 1 to 4194304, was 0; leave it out for a quarter of what the balancer holds"]
        },
        {
            "a share of all is not written as one",
            Web("maxInspecting: 25%"),
            ["line 4: listeners.web.maxInspecting: must be a whole number from 1 to 4194304, was '25%'"]
        },
        {
            "a number with a fraction",
            "reactors: 1.5\n" + Web(""),
            ["line 1: reactors: must be a whole number from 0 to 1024, was '1.5'"]
        },
        {
            "a number that might be octal",
            "reactors: 010\n" + Web(""),
            ["line 1: reactors: must be a whole number from 0 to 1024, was '010'"]
        },
        {
            "a word that is none of a few",
            "transport: epoll\n" + Web(""),
            ["line 1: transport: must be one of auto, linux, sockets, was 'epoll'"]
        },
        {
            "a word with a slip",
            Web("whenFull: refse"),
            ["line 4: listeners.web.whenFull: must be one of hold, refuse, was 'refse'; did you mean refuse?"]
        },
        {
            "an empty value",
            Web("idleTimeout:"),
            ["line 4: listeners.web.idleTimeout: must be a duration such as 15m, was empty; write it, or leave the name out"]
        },
        {
            "an empty text",
            Web("whenFull: ''"),
            ["line 4: listeners.web.whenFull: must be one of hold, refuse, was an empty text"]
        },
        {
            "a list where a number belongs",
            Web("maxConnections: [1]"),
            ["line 4: listeners.web.maxConnections: must be a whole number from 0 to 4194304, was a list"]
        },
        {
            "a mapping where a text belongs",
            "listeners: { web: { bind: { port: 80 }, pool: site } }\n" + Pools,
            ["line 1: listeners.web.bind: must be an address and a port such as 127.0.0.1:8080, or *:8080 for every address, was a mapping"]
        },
        {
            "a list of listeners",
            "listeners:\n- { bind: 0.0.0.0:80, pool: site }\n" + Pools,
            ["line 2: listeners: must be a mapping from names to settings, such as listeners: { name: { ... } }, was a list"]
        },
        {
            "a list of pools does not make every listener wrong too",
            "listeners: { web: { bind: 0.0.0.0:80, pool: site } }\npools: []\n",
            ["line 2: pools: must be a mapping from names to settings, such as pools: { name: { ... } }, was a list"]
        },
        {
            "a listener that is a text",
            "listeners: { web: on }\n" + Pools,
            ["line 1: listeners.web: must be a mapping such as { bind: \"0.0.0.0:8080\", pool: site }, was 'on'"]
        },
        {
            "a name that is used twice, with both lines",
            Web("") + "pools: { site: { backends: { b: { address: 10.0.0.2:80 } } } }\n",
            ["line 6: pools: this name is used twice; the first is on line 5; keep one"]
        },
        {
            "a backend that is there twice",
            "listeners: { web: { bind: 0.0.0.0:80, pool: site } }\npools:\n  site:\n    backends:\n      a: { address: 10.0.0.1:80 }\n      a: { address: 10.0.0.2:80 }\n",
            ["line 6: pools.site.backends.a: this name is used twice; the first is on line 5; keep one"]
        },
        {
            "settings of tcp in a listener for udp, whatever their value",
            Web("protocol: udp, whenFull: hold, halfCloseTimeout: 60s, keepAlive: off"),
            [
                "line 4: listeners.web.whenFull: has no meaning for udp: remove it",
                "line 4: listeners.web.halfCloseTimeout: has no meaning for udp: remove it",
                "line 4: listeners.web.keepAlive: has no meaning for udp: remove it",
            ]
        },
        {
            "settings of udp in a listener that says no protocol, each on its line",
            Web("requests: 0,\n      responses: one,\n      maxReplyRatio: 3,\n      unansweredTimeout: 10s"),
            [
                "line 4: listeners.web.requests: has no meaning for tcp: remove it, or write protocol: udp",
                "line 5: listeners.web.responses: has no meaning for tcp: remove it, or write protocol: udp",
                "line 6: listeners.web.maxReplyRatio: has no meaning for tcp: remove it, or write protocol: udp",
                "line 7: listeners.web.unansweredTimeout: has no meaning for tcp: remove it, or write protocol: udp",
            ]
        },
        {
            "a protocol that cannot be read makes no setting meaningless",
            Web("protocol: upd, responses: 1, keepAlive: off, whenFull: refse"),
            [
                "line 4: listeners.web.protocol: must be one of tcp, udp, was 'upd'; did you mean udp?",
                "line 4: listeners.web.whenFull: must be one of hold, refuse, was 'refse'; did you mean refuse?",
            ]
        },
        {
            "a misspelt protocol makes no setting meaningless",
            Web("protocl: udp, responses: 1"),
            ["line 4: listeners.web.protocl: is not a known setting; did you mean protocol?"]
        },
        {
            "none of something is answered with how to write unlimited",
            Web("protocol: udp, requests: 0, responses: -1, maxReplyRatio: 0"),
            [
                "line 4: listeners.web.requests: must be from 1 to 1000000, was 0; leave it out for unlimited",
                "line 4: listeners.web.responses: must be from 0 to 1000000, was -1; leave it out for unlimited",
                "line 4: listeners.web.maxReplyRatio: must be from 1 to 1000, was 0; leave it out for unlimited",
            ]
        },
        {
            "a number of replies that is a word",
            Web("protocol: udp, responses: unlimited"),
            ["line 4: listeners.web.responses: must be a whole number from 0 to 1000000, was 'unlimited'"]
        },
        {
            "more patience for the first reply than for all others",
            Web("protocol: udp, unansweredTimeout: 2m"),
            ["line 4: listeners.web.unansweredTimeout: must be at most idleTimeout, which is 1m, was 2m; write a longer idleTimeout, or less here"]
        },
        {
            "keepAlive is off or a mapping",
            Web("keepAlive: on"),
            ["line 4: listeners.web.keepAlive: must be off, or a mapping such as { idle: 60s, interval: 10s, probes: 3 }, was 'on'"]
        },
        {
            "affinity that is empty",
            "listeners: { web: { bind: 0.0.0.0:80, pool: site } }\npools:\n  site:\n    affinity:\n    backends: { a: { address: 10.0.0.1:80 } }\n",
            ["line 4: pools.site.affinity: must be off, or a mapping such as { timeout: 5m }, was empty"]
        },
        {
            "health of one kind with settings of another",
            Pool("health: { type: tcp, path: /x, fall: 0, intervall: 3s }"),
            [
                "line 4: pools.site.health.intervall: is not a known setting; did you mean interval?",
                "line 4: pools.site.health.fall: must be from 1 to 100, was 0",
                "line 4: pools.site.health.path: belongs to type: http; leave it out with type: tcp",
            ]
        },
        {
            "health of no kind",
            Pool("health: { interval: 5s }"),
            [
                "line 4: pools.site.health.type: is required: write tcp, http or udp",
            ]
        },
        {
            "health of an unknown kind does not make its other settings wrong too",
            Pool("health: { type: https, path: /x }"),
            [
                "line 4: pools.site.health.type: must be one of tcp, http, udp, was 'https'; did you mean http?",
            ]
        },
        {
            "a payload for http",
            Pool("health: { type: http, send: PING }"),
            [
                "line 4: pools.site.health.send: belongs to type: tcp and type: udp; leave it out with type: http",
            ]
        },
        {
            "a payload in broken hexadecimal digits",
            Pool("health: { type: udp, send: 'hex:0g', expect: 'hex:' }"),
            [
                "line 4: pools.site.health.send: must have two hexadecimal digits per byte after hex:, such as hex:0d0a, was 'hex:0g'",
                "line 4: pools.site.health.expect: must be from 1 to 1400 bytes, was 0",
            ]
        },
        {
            "statuses that are none",
            Pool("health: { type: http, expectStatus: 2xx }"),
            [
                "line 4: pools.site.health.expectStatus: must be a status, a range or several of them, such as 200-299 or 200,301-302, was '2xx'",
            ]
        },
        {
            "a range of statuses that runs backwards",
            Pool("health: { type: http, expectStatus: 299-200 }"),
            [
                "line 4: pools.site.health.expectStatus: must be a status, a range or several of them, such as 200-299 or 200,301-302, was '299-200'",
            ]
        },
        {
            "a path with a line break, which would forge a header",
            Pool("health: { type: http, path: \"/\\r\\nX: y\" }"),
            [
                "line 4: pools.site.health.path: must be a path that begins with a slash, such as /healthz, without blanks, was '/\\u000d\\u000aX: y'",
            ]
        },
        {
            "a host with a blank",
            Pool("health: { type: http, host: a b }"),
            [
                "line 4: pools.site.health.host: must be a host name such as example.org, was 'a b'",
            ]
        },
        {
            "a certificate that is not checked where there is none",
            Pool("health: { type: http, verifyTls: false }"),
            [
                "line 4: pools.site.health.verifyTls: has no meaning without tls: remove it, or write tls: true",
            ]
        },
        {
            "a truth value that is none",
            Pool("health: { type: http, tls: maybe }"),
            [
                "line 4: pools.site.health.tls: must be one of true, false, was 'maybe'",
            ]
        },
        {
            "a body that HEAD never gets",
            Pool("health: { type: http, method: HEAD, expectBody: ok }"),
            [
                "line 4: pools.site.health.expectBody: can never be met, since HEAD is answered without a body; remove it, or write method: GET",
            ]
        },
        {
            "a fast interval that is slower",
            Pool("health: { type: tcp, interval: 500ms, fastInterval: 1s }"),
            [
                "line 4: pools.site.health.fastInterval: must be at most interval, which is 500ms, was 1s; write less here, or a longer interval",
            ]
        },
        {
            "times and counts out of their ranges",
            Pool("health: { type: tcp, interval: 10ms, timeout: 1h, rise: 0, port: 0 }, slowStart: 2h"),
            [
                "line 4: pools.site.slowStart: must be from 0s to 1h, was 2h",
                "line 4: pools.site.health.interval: must be from 50ms to 1h, was 10ms",
                "line 4: pools.site.health.timeout: must be from 10ms to 5m, was 1h",
                "line 4: pools.site.health.rise: must be from 1 to 100, was 0",
                "line 4: pools.site.health.port: must be from 1 to 65535, was 0",
            ]
        },
        {
            "passive health is on, off or a mapping",
            Pool("passive: maybe"),
            [
                "line 4: pools.site.passive: must be on, off, or a mapping such as { failures: 3, ejection: 5s, maxEjectedPercent: 50 }, was 'maybe'",
            ]
        },
        {
            "passive health out of its ranges",
            Pool("passive: { failures: 0, ejection: 0s, maxEjectedPercent: 101 }"),
            [
                "line 4: pools.site.passive.failures: must be from 1 to 1000, was 0",
                "line 4: pools.site.passive.ejection: must be from 1s to 1h, was 0s",
                "line 4: pools.site.passive.maxEjectedPercent: must be from 1 to 100, was 101",
            ]
        },
        {
            "words for what happens without a healthy backend",
            Pool("whenAllDown: fail, onDown: kill"),
            [
                "line 4: pools.site.whenAllDown: must be one of serve, refuse, was 'fail'",
                "line 4: pools.site.onDown: must be one of keep, reset, was 'kill'",
            ]
        },
        {
            "an admin address without a token",
            "admin: { bind: 127.0.0.1:9900 }\n" + Web(""),
            ["line 1: admin.token: is required with a TCP address: write a secret text, such as openssl rand -hex 16 prints, or bind to unix:lb.sock"]
        },
        {
            "an admin address that others can reach",
            "admin: { bind: 0.0.0.0:9900, token: a b }\n" + Web(""),
            [
                "line 1: admin.bind: must be a loopback address such as 127.0.0.1:9900, or a socket file such as unix:lb.sock, was '0.0.0.0:9900'; reach it from elsewhere through ssh",
                "line 1: admin.token: must be made of letters, digits and signs of ASCII without blanks: it travels in an HTTP header",
            ]
        },
        {
            "an admin token that can be guessed",
            "admin: { bind: 127.0.0.1:9900, token: fifteen-letters }\n" + Web(""),
            ["line 1: admin.token: must have 16 characters or more, was 15: write what openssl rand -hex 16 prints"]
        },
        {
            "an admin socket without a file",
            "admin: { bind: \"unix:\" }\n" + Web(""),
            ["line 1: admin.bind: the path of a socket file has 1 to 107 bytes, was ''"]
        },
        { "admin is off or a mapping", "admin: on\n" + Web(""), ["line 1: admin: must be off, or a mapping such as { bind: \"unix:lb.sock\" }, was 'on'"] },
        {
            "a name that would break a log line is escaped",
            "\"a\\nb\": 1\n" + Web(""),
            ["line 1: \"a\\u000ab\": is not a known setting; known here: transport, reactors, maxConnections, drain, include, defaults, admin, listeners, pools"]
        },
        { "nothing at all", "# nothing\n", ["line 1: must be a mapping with listeners and pools, was empty"] },
        { "a text instead of a document", "hello", ["line 1: must be a mapping with listeners and pools, was 'hello'"] },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Read_WrongDocument_SaysExactlyThis(string sentence, string yaml, string[] expected)
    {
        string[] lines = Reading.Lines(Reading.ReadYaml(yaml).Errors);

        Assert.True(expected.SequenceEqual(lines), $"{sentence}:\n{string.Join('\n', lines)}");
    }

    /// <summary>A right document whose only listener has one more setting, on line 4; the pool is on line 5.</summary>
    private static string Web(string setting) => $"listeners:\n  web:\n    {{ bind: 0.0.0.0:80, pool: site,\n      {setting} }}\n{Pools}";

    /// <summary>A right document whose only pool has some more settings, on line 4.</summary>
    private static string Pool(string settings) =>
        $"listeners: {{ web: {{ bind: 0.0.0.0:80, pool: site }} }}\npools:\n  site: {{\n    {settings},\n    backends: {{ a: {{ address: 10.0.0.1:80 }} }} }}\n";
}
