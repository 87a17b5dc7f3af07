// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Admin.Doctor;
using LbEngine.Admin.Doctor.Findings;
using LbEngine.Admin.Messages;

namespace LbEngine.Tests.Admin.Doctor;

/// <summary>What findings mean. Each row has a neighbour that differs in one finding and leads elsewhere.</summary>
internal static class DiagnosisTable
{
    private static readonly DoctorTarget Tcp = DoctorTargets.Tcp;
    private static readonly DoctorTarget Http = DoctorTargets.Http;
    private static readonly DoctorTarget Https = DoctorTargets.Https;
    private static readonly DoctorTarget Udp = DoctorTargets.Udp;
    private static readonly IPAddress Address = DoctorTargets.EndPoint.Address;
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(3);

    public static IEnumerable<DiagnosisCase> Rows => [.. Names, .. Connects, .. Streams, .. Requests, .. Secured, .. Datagrams];

    private static DiagnosisCase[] Names =>
    [
        new("the name does not resolve", Tcp, DiagnosisCause.NameUnknown, "db.internal does not resolve on this host", "getent ahosts db.internal", new NameFinding("db.internal", 80, [], "no such name", Quick)),
        new("the name resolves, and the port is refused", Tcp, DiagnosisCause.Refused, "nothing listens", "ss -ltnp", new NameFinding("db.internal", 80, [Address], null, Quick), Connect(ConnectOutcome.Refused), new IcmpFinding(false, 1), Alive),
        new("the name of a UDP backend does not resolve", Udp, DiagnosisCause.NameUnknown, "db.internal", "getent", new NameFinding("db.internal", 80, [], "no such name", Quick) { BalancerSays = "the same" }),
    ];

    private static DiagnosisCase[] Connects =>
    [
        new("refused by another host", Tcp, DiagnosisCause.Refused, "nothing listens on port 80 of 192.0.2.1", "ss -ltnp 'sport = :80'", Connect(ConnectOutcome.Refused), new IcmpFinding(false, 1), Alive),
        new("refused with ICMP", Tcp, DiagnosisCause.FirewallReject, "a firewall rejects connections to port 80", "nft list ruleset", Connect(ConnectOutcome.Refused), new IcmpFinding(true, 2), Alive),
        new("refused, another port open", Tcp, DiagnosisCause.WrongPort, "port 8081 (the port of site/b) is open", "ss -ltnp", Connect(ConnectOutcome.Refused), Port(ConnectOutcome.Opened)),
        new("refused, another port refused", Tcp, DiagnosisCause.Refused, "nothing listens", "ss -ltnp", Connect(ConnectOutcome.Refused), Port(ConnectOutcome.Refused)),
        new("refused with ICMP, another port open", Tcp, DiagnosisCause.FirewallReject, "rejects", "nft", Connect(ConnectOutcome.Refused), new IcmpFinding(true, 2), Port(ConnectOutcome.Opened)),
        new("refused here, nothing listens", Tcp, DiagnosisCause.Refused, "the program is not running", "ss -ltnp", Connect(ConnectOutcome.Refused), Here()),
        new("refused here, 127.0.0.1 listens", Tcp, DiagnosisCause.LoopbackOnly, "nginx (process 7) on 127.0.0.1:80", "ss -ltnp", Connect(ConnectOutcome.Refused), Here(At("127.0.0.1"))),
        new("refused here, ::1 listens", Tcp, DiagnosisCause.LoopbackOnly, "loopback only", "ss -ltnp", Connect(ConnectOutcome.Refused), Here(At("::1"))),
        new("refused here, another address listens", Tcp, DiagnosisCause.OtherAddressOnly, "on 192.0.2.9:80", "ss -ltnp", Connect(ConnectOutcome.Refused), Here(At("127.0.0.1"), At("192.0.2.9"))),
        new("refused here, [::] listens without IPv4", Tcp, DiagnosisCause.OtherAddressOnly, "[::]:80", "ss -ltnp", Connect(ConnectOutcome.Refused), Here(At("::"))),
        new("refused here, 0.0.0.0 listens", Tcp, DiagnosisCause.FirewallReject, "yet connecting is refused", "nft", Connect(ConnectOutcome.Refused), Here(At("0.0.0.0"))),
        new("no answer, no sign of life", Tcp, DiagnosisCause.NoAnswer, "the address is wrong, or the host is down", "ip route get 192.0.2.1", Connect(ConnectOutcome.NoAnswer, Late), Dead(NeighbourState.Unknown)),
        new("no answer, no ARP", Tcp, DiagnosisCause.HostDown, "nobody on this network has 192.0.2.1", "ip neigh show 192.0.2.1", Connect(ConnectOutcome.NoAnswer, Late), Dead(NeighbourState.Absent)),
        new("no answer, but ping", Tcp, DiagnosisCause.FirewallDrop, "drops connections to port 80", "nft", Connect(ConnectOutcome.NoAnswer, Late), Alive),
        new("no answer, but ARP", Tcp, DiagnosisCause.FirewallDrop, "192.0.2.1 lives", "nft", Connect(ConnectOutcome.NoAnswer, Late), Dead(NeighbourState.Present)),
        new("no answer, but another port refuses", Tcp, DiagnosisCause.FirewallDrop, "192.0.2.1 lives", "nft", Connect(ConnectOutcome.NoAnswer, Late), Port(ConnectOutcome.Refused), Dead(NeighbourState.Unknown)),
        new("no answer here, the backlog full", Tcp, DiagnosisCause.BacklogFull, "does not accept fast enough", "ss -ltnp", Connect(ConnectOutcome.NoAnswer, Late), Here(At("0.0.0.0", 6, 5))),
        new("no answer here, the backlog not full", Tcp, DiagnosisCause.FirewallDrop, "a firewall rule here drops", "nft", Connect(ConnectOutcome.NoAnswer, Late), Here(At("0.0.0.0", 5, 5))),
        new("no answer here, connections wait, the backlog unknown", Tcp, DiagnosisCause.BacklogFull, "backlog", "ss", Connect(ConnectOutcome.NoAnswer, Late), Here(At("0.0.0.0", 1, null))),
        new("no answer here, the backlog full, the program stopped", Tcp, DiagnosisCause.BacklogFull, "process 7, stopped by a signal", "kill -CONT 7", Connect(ConnectOutcome.NoAnswer, Late), Here(At("0.0.0.0", 6, 5, true))),
        new("unreachable by ICMP", Tcp, DiagnosisCause.Unreachable, "a router or firewall on the way", "ip route get", Connect(ConnectOutcome.Unreachable), new IcmpFinding(true, 2), Dead(NeighbourState.Unknown)),
        new("unreachable, no route", Tcp, DiagnosisCause.Unreachable, "no route", "ip route get", Connect(ConnectOutcome.Unreachable), new IcmpFinding(false, 1), Dead(NeighbourState.Unknown)),
        new("unreachable, no ARP", Tcp, DiagnosisCause.HostDown, "nobody on this network", "ip neigh", Connect(ConnectOutcome.Unreachable), Dead(NeighbourState.Absent)),
        new("this host has no port left", Tcp, DiagnosisCause.NotExamined, "could not try", "ss -s", Connect(ConnectOutcome.NotTried)),
        new("reset before it was seen open", Tcp, DiagnosisCause.ResetAfterConnect, "resets it", "journalctl", Connect(ConnectOutcome.Reset)),
        new("opened too late", Tcp, DiagnosisCause.SlowConnect, "takes 3.00 s, the time-out is 2.00 s", "ss -ltnp", Connect(ConnectOutcome.Opened, Late), Stream(AnswerOutcome.Silent)),
    ];

    private static DiagnosisCase[] Streams =>
    [
        new("opened, silent", Tcp, DiagnosisCause.Healthy, "takes connections after 1.0 ms", "", Connect(ConnectOutcome.Opened), Stream(AnswerOutcome.Silent)),
        new("opened, it speaks first", Tcp, DiagnosisCause.Healthy, "takes connections", "", Connect(ConnectOutcome.Opened), Stream(AnswerOutcome.Answered)),
        new("opened, reset", Tcp, DiagnosisCause.ResetAfterConnect, "resets it", "journalctl", Connect(ConnectOutcome.Opened), Stream(AnswerOutcome.Reset)),
        new("opened, closed", Tcp, DiagnosisCause.ClosedAfterConnect, "closes it at once", "journalctl", Connect(ConnectOutcome.Opened), Stream(AnswerOutcome.Closed)),
        new("opened, an answer expected, silent", Tcp.Expecting(), DiagnosisCause.Silent, "sends no answer", "ss -ltnp", Connect(ConnectOutcome.Opened), Stream(AnswerOutcome.Silent, Late, false)),
        new("opened, another answer", Tcp.Expecting(), DiagnosisCause.WrongAnswer, "not what the check expects", "ss -ltnp", Connect(ConnectOutcome.Opened), Stream(AnswerOutcome.Answered, Quick, false)),
        new("opened, the answer late", Tcp.Expecting(), DiagnosisCause.SlowAnswer, "takes 3.00 s; the time-out is 2.00 s", "top", Connect(ConnectOutcome.Opened), Stream(AnswerOutcome.Answered, Late)),
        new("opened by the kernel of a stopped program", Tcp, DiagnosisCause.ProcessPaused, "nginx (process 7, stopped by a signal)", "kill -CONT 7", Connect(ConnectOutcome.Opened), Stream(AnswerOutcome.Silent), Here(At("0.0.0.0", 1, 5, true))),
        new("opened, but not from a client's address", Tcp, DiagnosisCause.NoWayBack, "not a client's own address (192.0.2.1", "ip route get 192.0.2.1", Connect(ConnectOutcome.Opened), Stream(AnswerOutcome.Silent), Foreign(ConnectOutcome.NoAnswer)),
        new("opened, and from a client's address", Tcp, DiagnosisCause.Healthy, "takes connections", "", Connect(ConnectOutcome.Opened), Stream(AnswerOutcome.Silent), Foreign(ConnectOutcome.Opened)),
        new("opened, and refused from a client's address", Tcp, DiagnosisCause.Healthy, "takes connections", "", Connect(ConnectOutcome.Opened), Stream(AnswerOutcome.Silent), Foreign(ConnectOutcome.Refused)),
        new("opened, and nobody may try from a client's address", Tcp, DiagnosisCause.Healthy, "takes connections", "", Connect(ConnectOutcome.Opened), Stream(AnswerOutcome.Silent), Foreign(ConnectOutcome.NotTried)),
        new("in maintenance", Tcp with { View = View("maintenance", "up") }, DiagnosisCause.Healthy, "the operator has set it to maintenance", "lb ready site/a", Connect(ConnectOutcome.Opened), Stream(AnswerOutcome.Silent)),
        new("down for the balancer only", Tcp with { View = View("ready", "down") }, DiagnosisCause.Healthy, "its health checks have failed", "lb backends", Connect(ConnectOutcome.Opened), Stream(AnswerOutcome.Silent)),
    ];

    private static DiagnosisCase[] Requests =>
    [
        new("200", Http, DiagnosisCause.Healthy, "answers 200 after 1.0 ms; the time-out is 2.00 s", "", Connect(ConnectOutcome.Opened), Answer(200)),
        new("200 late", Http, DiagnosisCause.SlowAnswer, "takes 3.00 s, the time-out is 2.00 s", "top", Connect(ConnectOutcome.Opened), Answer(200) with { Elapsed = Late }),
        new("500", Http, DiagnosisCause.WrongStatus, "/healthz answers 500, not 200-299", "journalctl", Connect(ConnectOutcome.Opened), Answer(500)),
        new("404", Http, DiagnosisCause.WrongStatus, "there is no such page", "curl -v", Connect(ConnectOutcome.Opened), Answer(404)),
        new("301", Http, DiagnosisCause.WrongStatus, "it redirects", "curl -v", Connect(ConnectOutcome.Opened), Answer(301)),
        new("301 where it is expected", Http with { ExpectStatus = StatusSet.TryParse("200,301-302")! }, DiagnosisCause.Healthy, "answers 301", "", Connect(ConnectOutcome.Opened), Answer(301)),
        new("another body", Http with { ExpectBody = "ready" }, DiagnosisCause.WrongAnswer, "does not contain 'ready'", "curl -v", Connect(ConnectOutcome.Opened), Answer(200) with { HasExpectedBody = false }),
        new("no answer", Http, DiagnosisCause.Silent, "answers no request within 6.00 s", "ss -ltnp", Connect(ConnectOutcome.Opened), Answer(0, AnswerOutcome.Silent)),
        new("no answer of a stopped program", Http, DiagnosisCause.ProcessPaused, "stopped by a signal", "kill -CONT 7", Connect(ConnectOutcome.Opened), Answer(0, AnswerOutcome.Silent), Here(At("0.0.0.0", 1, 5, true))),
        new("half an answer", Http, DiagnosisCause.SlowAnswer, "not complete", "curl -v", Connect(ConnectOutcome.Opened), Answer(0, AnswerOutcome.Incomplete)),
        new("reset", Http, DiagnosisCause.ResetAfterConnect, "resets it before it answers", "curl -v", Connect(ConnectOutcome.Opened), Answer(0, AnswerOutcome.Reset)),
        new("closed", Http, DiagnosisCause.ClosedAfterConnect, "closes the connection before it answers", "curl -v", Connect(ConnectOutcome.Opened), Answer(0, AnswerOutcome.Closed)),
        new("no HTTP", Http, DiagnosisCause.WrongAnswer, "not with HTTP", "ss -ltnp", Connect(ConnectOutcome.Opened), Answer(0, AnswerOutcome.Foreign), new OtherProtocolFinding(false, false)),
        new("reset, TLS spoken", Http, DiagnosisCause.SpeaksTls, "port 80 speaks TLS", "curl -v --max-time 6 -k https://192.0.2.1:80/healthz", Connect(ConnectOutcome.Opened), Answer(0, AnswerOutcome.Reset), new OtherProtocolFinding(true, false)),
        new("400 with a word of TLS", Http, DiagnosisCause.SpeaksTls, "speaks TLS", "curl -v", Connect(ConnectOutcome.Opened), Answer(400) with { HintsAtTls = true }),
        new("400 without one", Http, DiagnosisCause.WrongStatus, "another Host header", "curl -v", Connect(ConnectOutcome.Opened), Answer(400)),
    ];

    private static DiagnosisCase[] Secured =>
    [
        new("TLS, all well", Https, DiagnosisCause.Healthy, "answers 200", "", Connect(ConnectOutcome.Opened), Tls(TlsOutcome.Completed), Certificate(), Answer(200)),
        new("TLS refused", Https, DiagnosisCause.TlsHandshake, "the TLS handshake fails: alert", "openssl s_client -connect 192.0.2.1:80 -servername example.org", Connect(ConnectOutcome.Opened), Tls(TlsOutcome.Failed), new OtherProtocolFinding(false, false)),
        new("TLS refused, plain spoken", Https, DiagnosisCause.SpeaksPlain, "speaks plain HTTP", "curl -v --max-time 6 -H 'Host: example.org' http://192.0.2.1:80/healthz", Connect(ConnectOutcome.Opened), Tls(TlsOutcome.Failed), new OtherProtocolFinding(false, true)),
        new("TLS closed", Https, DiagnosisCause.TlsHandshake, "ends the connection during the TLS handshake", "openssl", Connect(ConnectOutcome.Opened), Tls(TlsOutcome.Closed), new OtherProtocolFinding(false, false)),
        new("TLS silent", Https, DiagnosisCause.Silent, "answers no TLS handshake", "ss -ltnp", Connect(ConnectOutcome.Opened), Tls(TlsOutcome.Silent), new OtherProtocolFinding(false, false)),
        new("another name", Https, DiagnosisCause.CertificateName, "is for other.org, not for example.org", "openssl", Connect(ConnectOutcome.Opened), Tls(TlsOutcome.Completed), Certificate() with { MatchesName = false, Names = ["other.org"] }, Answer(200)),
        new("expired", Https, DiagnosisCause.CertificateExpired, "expired 10 days ago, on 2026-01-11", "openssl", Connect(ConnectOutcome.Opened), Tls(TlsOutcome.Completed), Certificate() with { Now = Start.AddDays(20) }, Answer(200)),
        new("not yet valid", Https, DiagnosisCause.CertificateExpired, "valid only from 2026-01-01 00:00", "openssl", Connect(ConnectOutcome.Opened), Tls(TlsOutcome.Completed), Certificate() with { Now = Start.AddDays(-1) }, Answer(200)),
        new("untrusted", Https, DiagnosisCause.CertificateUntrusted, "does not trust the issuer CN=ca", "openssl", Connect(ConnectOutcome.Opened), Tls(TlsOutcome.Completed), Certificate() with { IsTrusted = false }, Answer(200)),
        new("untrusted, not to be verified", Https with { VerifyTls = false }, DiagnosisCause.Healthy, "answers 200", "", Connect(ConnectOutcome.Opened), Tls(TlsOutcome.Completed), Certificate() with { IsTrusted = false, MatchesName = false }, Answer(200)),
        new("expired and 500", Https, DiagnosisCause.WrongStatus, "answers 500", "journalctl", Connect(ConnectOutcome.Opened), Tls(TlsOutcome.Completed), Certificate() with { Now = Start.AddDays(20) }, Answer(500)),
    ];

    private static DiagnosisCase[] Datagrams =>
    [
        new("UDP answered", Udp, DiagnosisCause.Healthy, "answers after 1.0 ms", "", Datagram(DatagramOutcome.Answered)),
        new("UDP refused", Udp, DiagnosisCause.Refused, "nothing listens on UDP port 80 of 192.0.2.1, or a firewall rejects it", "ss -lunp 'sport = :80'", Datagram(DatagramOutcome.Refused), Alive),
        new("UDP refused here, 127.0.0.1 listens", Udp, DiagnosisCause.LoopbackOnly, "let it listen on 192.0.2.1 or 0.0.0.0", "ss -lunp", Datagram(DatagramOutcome.Refused), Here(At("127.0.0.1"))),
        new("UDP refused here, it listens", Udp, DiagnosisCause.FirewallReject, "yet datagrams are refused", "nft", Datagram(DatagramOutcome.Refused), Here(At("0.0.0.0"))),
        new("UDP silent, the host lives", Udp, DiagnosisCause.Healthy, "it need not answer", "", Datagram(DatagramOutcome.Silent), Alive),
        new("UDP silent, no sign of life", Udp, DiagnosisCause.NoAnswer, "nothing at all comes back", "ip route get", Datagram(DatagramOutcome.Silent), Dead(NeighbourState.Unknown)),
        new("UDP silent, no ARP", Udp, DiagnosisCause.HostDown, "nobody on this network", "ip neigh", Datagram(DatagramOutcome.Silent), Dead(NeighbourState.Absent)),
        new("UDP silent, an answer expected", Udp.Expecting(), DiagnosisCause.Silent, "it does not know this request", "tcpdump -ni any udp port 80", Datagram(DatagramOutcome.Silent), Alive),
        new("UDP silent here, the program stopped", Udp, DiagnosisCause.ProcessPaused, "stopped by a signal", "kill -CONT 7", Datagram(DatagramOutcome.Silent), Here(At("0.0.0.0", 9, null, true))),
        new("UDP silent here, nothing listens", Udp, DiagnosisCause.FirewallDrop, "yet no ICMP says so", "nft", Datagram(DatagramOutcome.Silent), Here()),
        new("UDP, another answer", Udp.Expecting(), DiagnosisCause.WrongAnswer, "not what the check expects", "ss -lunp", Datagram(DatagramOutcome.Answered) with { IsExpected = false }),
        new("UDP unreachable", Udp, DiagnosisCause.Unreachable, "no route", "ip route get", Datagram(DatagramOutcome.Unreachable), Dead(NeighbourState.Unknown)),
        new("UDP not sent", Udp, DiagnosisCause.NotExamined, "could not try", "ss -s", Datagram(DatagramOutcome.NotTried)),
    ];

    private static DateTimeOffset Start => new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static HostFinding Alive => new(Address, Quick, Late, NeighbourState.Unknown);

    private static HostFinding Dead(NeighbourState neighbour) => new(Address, null, Late, neighbour);

    private static ForeignFinding Foreign(ConnectOutcome outcome) => new(Address, DoctorTargets.EndPoint, outcome, Quick, "as the kernel says");

    private static ConnectFinding Connect(ConnectOutcome outcome, TimeSpan? elapsed = null) => new(DoctorTargets.EndPoint, outcome, elapsed ?? Quick, DoctorTargets.Timeout, "what the kernel said");

    private static OtherPortFinding Port(ConnectOutcome outcome) => new(new KnownPort(8081, "the port of site/b"), outcome, Quick);

    private static LocalSocketFinding Here(params LocalSocket[] sockets) => new(DoctorTargets.EndPoint, true, sockets, [9000]);

    private static LocalSocket At(string address, long queue = 0, long? backlog = 511, bool isPaused = false) =>
        new(new IPEndPoint(IPAddress.Parse(address), 80), queue, 1) { Backlog = backlog, Owners = [new SocketOwner(7, "nginx", isPaused)] };

    private static StreamFinding Stream(AnswerOutcome outcome, TimeSpan? elapsed = null, bool isExpected = true) => new(outcome, elapsed ?? Quick, DoctorTargets.Timeout, "", isExpected);

    private static HttpFinding Answer(int status, AnswerOutcome outcome = AnswerOutcome.Answered) =>
        new("GET http://192.0.2.1:80/healthz", outcome, outcome == AnswerOutcome.Answered ? Quick : Late, DoctorTargets.Timeout) { Status = status };

    private static TlsFinding Tls(TlsOutcome outcome) => new(outcome, Quick, DoctorTargets.Timeout, "alert");

    private static CertificateFinding Certificate() =>
        new("CN=example.org", ["example.org"], "CN=ca", "example.org", true, true) { NotBefore = Start, NotAfter = Start.AddDays(10), Now = Start.AddDays(5) };

    private static DatagramFinding Datagram(DatagramOutcome outcome) => new(DoctorTargets.EndPoint, outcome, 1, 0, Quick, DoctorTargets.Timeout);

    private static BalancerView View(string state, string health) =>
        new(new BackendMessage("site", "a", "192.0.2.1:80", state, health, false, 1, 0, 0, 0, 0, 100, null));
}
