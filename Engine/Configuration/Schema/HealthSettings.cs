// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Schema.Rows;

namespace LbEngine.Configuration.Schema;

/// <summary>The settings of active health checks.</summary>
internal sealed class HealthSettings : SettingTable<HealthOptions>
{
    private const string Tcp = "tcp";
    private const string Udp = "udp";
    private const string Http = "http";

    private HealthSettings()
        : base("health", "Each backend is probed again and again, and takes no new traffic while it fails. The first probe decides alone.")
    {
        Example = "health: { type: http, path: /healthz, host: example.org, expectStatus: 200-299, interval: 5s, timeout: 2s, rise: 2, fall: 3 }";

        Kind<HealthCheckType>("type", o => o.Type, (o, v) => o.Type = v)
            .Required("write tcp, http or udp")
            .Means("What is asked of a backend.")
            .Noting(
                "`tcp` without `send` and `expect` asks the kernel alone, which cannot tell a process that hangs; "
                + "`http` and `expect` can. `udp` without `expect` is down only when its host says that nothing listens (ICMP).");
        Duration("interval", o => o.Interval, (o, v) => o.Interval = v, "50ms", "1h")
            .Means("Time between the starts of two probes of one backend.")
            .Noting("A backend that fails is found after about `interval` plus `fall` - 1 times `fastInterval`.");
        Duration("timeout", o => o.Timeout, (o, v) => o.Timeout = v, "10ms", "5m")
            .Means("How long a backend may take, from the start of the probe to the end of the answer.");
        Duration("fastInterval", o => o.FastInterval, (o, v) => o.FastInterval = v, "50ms", "1h", o => o.FastIntervalOrDefault)
            .Last()
            .Check(HealthRules.CheckFastInterval)
            .Means("The interval while the state of a backend is about to change; at most `interval`, also by default.")
            .Noting("HAProxy's `fastinter`.");
        Number("rise", o => o.Rise, (o, v) => o.Rise = v, 1, 100).Means("Successes in a row that bring a backend back.");
        Number("fall", o => o.Fall, (o, v) => o.Fall = v, 1, 100).Means("Failures in a row that take a backend out.");
        Number("port", o => o.Port, (o, v) => o.Port = v, 1, 65_535).Unset("the backend's").Means("The port that is probed.");
        Word<HealthProxyHeader>("proxy", o => o.Proxy, (o, v) => o.Proxy = v)
            .Unset("local")
            .Means("The PROXY header of a check, with `sendProxy`: nobody's (`local`), or the balancer's.")
            .Noting("With a `port` of its own, a check sends none unless it is written here.");
        Text("send", o => o.Send, (o, v) => o.Send = v, TextForms.Payload)
            .Only(Tcp, Udp)
            .Unset("nothing")
            .Means("What is sent: a text, or `hex:` and hexadecimal digits; at most 1400 bytes.");
        Text("expect", o => o.Expect, (o, v) => o.Expect = v, TextForms.Payload)
            .Only(Tcp, Udp)
            .Unset("nothing")
            .Means("What the answer must contain, written like `send`.");
        Text("method", o => o.Method, (o, v) => o.Method = v, TextForms.Method, o => o.MethodOrDefault).Only(Http).Means("The method of the request.");
        Text("path", o => o.Path, (o, v) => o.Path = v, TextForms.UrlPath, o => o.PathOrDefault).Only(Http).Means("The path, with a query if need be.");
        Text("host", o => o.Host, (o, v) => o.Host = v, TextForms.Host)
            .Only(Http)
            .Unset("the address")
            .Means("The Host header, and the name in the certificate.");
        Text("expectStatus", o => o.ExpectStatus, (o, v) => o.ExpectStatus = v, TextForms.Statuses, o => o.ExpectStatusOrDefault)
            .Only(Http)
            .Means("Statuses that count as success, such as `200,301-302`.");
        Text("expectBody", o => o.ExpectBody, (o, v) => o.ExpectBody = v, TextForms.Body)
            .Only(Http)
            .Unset("any body")
            .Check(HealthRules.CheckExpectBody)
            .Means("Text that the body must contain within its first 64 KiB.");
        Truth("tls", o => o.Tls, (o, v) => o.Tls = v).Only(Http).Means("HTTPS.");
        Truth("verifyTls", o => o.VerifyTls, (o, v) => o.VerifyTls = v)
            .Only(Http)
            .Unset("true with tls")
            .Check(HealthRules.CheckVerifyTls)
            .Means("Whether the certificate must be valid; needs `tls: true`.")
            .Noting("`false` still finds servers without TLS, but no expired or foreign certificate.");
    }

    public static HealthSettings Table { get; } = new();

    private protected override string RefuseForeign(Setting<HealthOptions> row, string kind) =>
        $"belongs to {string.Join(" and ", row.Kinds.Select(owner => $"type: {owner}"))}; leave it out with type: {kind}";
}
