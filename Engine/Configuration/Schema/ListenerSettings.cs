// SPDX-License-Identifier: MIT
using LbEngine.Configuration.Schema.Rows;
using LbEngine.Configuration.Text;

namespace LbEngine.Configuration.Schema;

/// <summary>The settings of one listener.</summary>
internal sealed class ListenerSettings : SettingTable<ListenerOptions>
{
    private const string Tcp = "tcp";
    private const string Udp = "udp";
    private const int MostDatagrams = 1_000_000;
    private const string LeaveOut = "; leave it out for unlimited";
    private const string UsualInspecting = "; leave it out for a quarter of what the balancer holds";

    private ListenerSettings()
        : base(
            "listener",
            "An entrance: where clients arrive, and which pool takes them. "
            + "A listener for TCP and one for UDP may have the same address and port.")
    {
        Example = """
            listeners:
              web:
                bind: 0.0.0.0:8080
                pool: site
                maxConnectionsPerClient: 100
                idleTimeout: 15m
              dns: { bind: "0.0.0.0:53", protocol: udp, pool: resolvers, responses: 1 }
            """;

        Text("bind", o => o.Bind, (o, v) => o.Bind = v, TextForms.Bind, o => BindAddress.Unify(o.Bind))
            .Required("write an address and a port such as 127.0.0.1:8080, or *:8080 for every address")
            .Check(ListenerRules.CheckBind)
            .Means("Address and port. `*:8080`, `:8080` and `8080`: every IPv4 and IPv6 address; port 0 takes a free one.")
            .Noting(
                "`0.0.0.0` is every IPv4 address, and `[::]` every IPv6 address and nothing else, so that both can have the same port. A host without "
                + "IPv6 serves `*` over IPv4. In YAML put quotes around a text that begins with a bracket or a star.");
        Word<MissingAddressBehaviour>("bindMissing", o => o.BindMissing, (o, v) => o.BindMissing = v)
            .Check(ListenerRules.CheckBindMissing)
            .For("start before an address is here, such as one of VRRP")
            .Means("An address that this host has not got is a mistake (`refuse`), or may come later (`allow`). Linux.");
        Kind<ListenerProtocol>("protocol", o => o.Protocol, (o, v) => o.Protocol = v)
            .For("balance UDP, such as DNS")
            .Means("What is listened to. A setting of the other protocol is a mistake.");
        Text("pool", o => o.Pool, (o, v) => o.Pool = v, TextForms.PoolName)
            .Required(ListenerRules.NameAPool)
            .Check(static (o, check) => ListenerRules.CheckPool(o.Pool, check))
            .Means("The pool that takes the traffic: with `routes` what none of them takes, and what is no TLS.");
        Sections("routes", o => o.Routes, RouteSettings.Table, "{ sni: [shop.example], pool: shop }", ConfigurationLimits.MostRoutes)
            .Only(Tcp)
            .Check(RouteRules.CheckTwice)
            .For("send TLS clients to pools by the name or protocol that they ask for")
            .Means("Which TLS clients go to which other pool. Nothing is decrypted.");
        Word<NoRouteBehaviour>("noRoute", o => o.NoRoute, (o, v) => o.NoRoute = v)
            .Only(Tcp)
            .Check(ListenerRules.CheckNoRoute)
            .For("turn away TLS clients that ask for an unknown name")
            .Means("A TLS client that no route takes goes to `pool`, or gets the alert unrecognized_name (`refuse`).");
        Section("acceptProxy", o => o.AcceptProxy, (o, v) => o.AcceptProxy = v, AcceptProxySettings.Table, "{ trusted: [10.0.0.0/8] }", SectionWords.Off)
            .For("know real clients behind another balancer")
            .Means("Every client, or datagram, begins with a PROXY header that says who it really is.");
        Number("maxConnections", o => o.MaxConnections, (o, v) => o.MaxConnections = v, 0, ConfigurationLimits.MostConnections)
            .For("limit the connections of a listener")
            .Means("Connections or flows of this listener at once; 0: no limit of its own.");
        Number("maxConnectionsPerClient", o => o.MaxConnectionsPerClient, (o, v) => o.MaxConnectionsPerClient = v, 0, ConfigurationLimits.MostConnections)
            .For("limit the connections of one client")
            .Means("The same per client: one more is reset, over UDP dropped; 0: no limit.");
        Number("clientPrefixV4", o => o.ClientPrefixV4, (o, v) => o.ClientPrefixV4 = v, 1, 32)
            .Means("Leading bits of an IPv4 address by which clients are counted.");
        Number("clientPrefixV6", o => o.ClientPrefixV6, (o, v) => o.ClientPrefixV6 = v, 1, 128)
            .Means("The same of an IPv6 address.")
            .Noting(
                "A subscriber has 64 bits or more to itself, and may use another address for each connection. "
                + "A reload counts by it from the next client on.");
        Texts("allow", o => o.Allow, TextForms.NetworkOrFile, ConfigurationLimits.MostNetworks)
            .For("let only some networks in")
            .Means("Networks of the clients that may come in; with it nobody else may. Also files that list them.")
            .Noting(
                "Of all networks in `allow` and `deny` that a client is in, the one with the longest prefix counts. IPv4 and IPv6 are apart: `0.0.0.0/0` is "
                + "every IPv4 address, `::/0` every IPv6 address. A file has one network on a line, and comments behind `#` or `;`; its path begins at "
                + "the folder of the configuration file, and every reload reads it anew.");
        Texts("deny", o => o.Deny, TextForms.NetworkOrFile, ConfigurationLimits.MostNetworks)
            .Check(ListenerRules.CheckTwice)
            .For("keep some networks out")
            .Means("Networks of clients that may not come in: TCP is reset, a datagram dropped. Without `allow` everybody else may.");
        Section("rate", o => o.Rate, (o, v) => o.Rate = v, RateSettings.Table, "{ perClient: 10/s, burst: 20 }", SectionWords.Off)
            .Check(ListenerRules.CheckRate)
            .Means("How many clients may come in a time.");
        Duration(
            "idleTimeout",
            o => o.IdleTimeout,
            (o, v) => o.IdleTimeout = v,
            new DurationForm(DurationRange.Parse("1s", "7d"), off: Timeout.InfiniteTimeSpan),
            o => o.IdleTimeoutOrDefault)
            .Check(ListenerRules.CheckIdleTimeout)
            .For("end connections on which nothing moves")
            .Means("A connection or flow ends when nothing moved for this long; `off`: TCP connections never do.")
            .Noting(
                "The default for TCP is that of IPVS, where HAProxy and others have none and leak; for UDP that of Envoy. "
                + "Turned off, only `keepAlive` finds peers that are gone.");
        Word<FullBehaviour>("whenFull", o => o.WhenFull, (o, v) => o.WhenFull = v, o => o.WhenFullOrDefault)
            .Only(Tcp)
            .Means("At a limit, clients wait in the kernel's backlog (`hold`) or are reset (`refuse`).");
        Duration("halfCloseTimeout", o => o.HalfCloseTimeout, (o, v) => o.HalfCloseTimeout = v, "1s", "7d", o => o.HalfCloseTimeoutOrDefault)
            .Only(Tcp)
            .Means("The idle time-out once one side has sent its end.");
        Duration("inspectTimeout", o => o.InspectTimeout, (o, v) => o.InspectTimeout = v, "100ms", "1h", o => o.InspectTimeoutOrDefault)
            .Only(Tcp)
            .Means("From the accept until a client must have sent what the listener reads to know where it goes.")
            .Noting("Whatever the client sends meanwhile; then it is reset. Without effect on a listener that reads nothing.");
        Number("maxInspecting", o => o.MaxInspecting, (o, v) => o.MaxInspecting = v, 1, ConfigurationLimits.MostConnections, UsualInspecting)
            .Only(Tcp)
            .Unset("a quarter of all")
            .For("bound clients that are slow to say where they go")
            .Means("Clients at once that the listener reads to know where they go; one more, and the oldest is reset.")
            .Noting(
                "A quarter of what the whole balancer holds, where it is left out. A lower limit of a reload counts from the next client on, for each of "
                + "which up to 64 go. Without effect on a listener that reads nothing.");
        Section("keepAlive", o => o.KeepAlive, (o, v) => o.KeepAlive = v, KeepAliveSettings.Table, "{ idle: 60s, interval: 10s, probes: 3 }", SectionWords.Off)
            .Only(Tcp)
            .For("notice peers that vanished without a word")
            .Means("TCP keep-alive on both sides of every connection.");
        Duration("unansweredTimeout", o => o.UnansweredTimeout, (o, v) => o.UnansweredTimeout = v, "1s", "7d", o => o.UnansweredTimeoutOrDefault)
            .Only(Udp)
            .Last()
            .Check(ListenerRules.CheckUnansweredTimeout)
            .Means("The idle time-out while the backend has never answered; at most `idleTimeout`, also by default.");
        Number("requests", o => o.Requests, (o, v) => o.Requests = v, 1, MostDatagrams, LeaveOut)
            .Only(Udp)
            .Unset("unlimited")
            .For("balance each datagram by itself")
            .Means("Datagrams of the client until another flow begins; 1 balances each datagram by itself.");
        Number("responses", o => o.Responses, (o, v) => o.Responses = v, 0, MostDatagrams, LeaveOut)
            .Only(Udp)
            .Check(ListenerRules.CheckOneWay)
            .Unset("unlimited")
            .Means("Replies to each datagram; when all have come, the flow ends. 1 for DNS; 0 is one way (syslog).")
            .Noting(
                "With `requests`, that many datagrams of the client must have come too. "
                + "Without it, a client that keeps its port keeps its backend. "
                + "0 (syslog, NetFlow, statsd) places each datagram by itself and keeps nothing of it; what a backend sends back is lost.");
        Number("maxReplyRatio", o => o.MaxReplyRatio, (o, v) => o.MaxReplyRatio = v, 1, 1000, LeaveOut)
            .Only(Udp)
            .Unset("unlimited")
            .For("keep forged source addresses from using you against others")
            .Means("Bytes back for each byte from a client that may be forged: one that has not sent again after a reply.")
            .Noting("Keeps forged source addresses from turning small questions into large answers. QUIC's rule is 3 (RFC 9000, section 8.1).");
    }

    public static ListenerSettings Table { get; } = new();

    private protected override bool RefusesForeignByName => true;

    private protected override string RefuseForeign(Setting<ListenerOptions> row, string kind) =>
        kind == Tcp ? "has no meaning for tcp: remove it, or write protocol: udp" : $"has no meaning for {kind}: remove it";
}
