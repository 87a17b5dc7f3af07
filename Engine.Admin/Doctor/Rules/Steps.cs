// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor.Rules;

/// <summary>The commands that lead on, each for the address that was examined.</summary>
internal static class Steps
{
    public static NextStep Listeners(DoctorTarget target, FindingSet seen) => OnHost(
        seen,
        string.Create(CultureInfo.InvariantCulture, $"ss -{(target.Kind == ExaminationKind.Udp ? "lunp" : "ltnp")} 'sport = :{target.EndPoint.Port}'"),
        "what listens on the port, and on which address");

    public static NextStep Backlog(DoctorTarget target, FindingSet seen) => OnHost(
        seen,
        string.Create(CultureInfo.InvariantCulture, $"ss -ltnp 'sport = :{target.EndPoint.Port}'"),
        "Recv-Q: connections that wait; Send-Q: how many may");

    public static NextStep Services(FindingSet seen) =>
        OnHost(seen, "systemctl --failed", "which services have failed; systemctl status NAME says why");

    public static NextStep Firewall(FindingSet seen) =>
        OnHost(seen, "nft list ruleset", "which rule drops or rejects (iptables-save where iptables is used)");

    public static NextStep Route(DoctorTarget target) =>
        new($"ip route get {target.EndPoint.Address}", true, "which way packets take, and from which address");

    public static NextStep Neighbours(DoctorTarget target) =>
        new($"ip neigh show {target.EndPoint.Address}", true, "FAILED or INCOMPLETE: nobody on the link has the address");

    public static NextStep Ping(DoctorTarget target) => new($"ping -c 3 {target.EndPoint.Address}", true, "whether the host answers at all");

    public static NextStep Addresses(FindingSet seen) => OnHost(seen, "ip -brief address", "whether the host has the configured address");

    public static NextStep Capture(DoctorTarget target, FindingSet seen) => OnHost(
        seen,
        string.Create(CultureInfo.InvariantCulture, $"tcpdump -ni any {(target.Kind == ExaminationKind.Udp ? "udp" : "tcp")} port {target.EndPoint.Port}"),
        "whether packets arrive, and what goes back");

    public static NextStep Curl(DoctorTarget target, string purpose = "the same request, in full") => new(HttpCommand.Curl(target), true, purpose);

    public static NextStep Handshake(DoctorTarget target)
    {
        string name = IPAddress.TryParse(target.CertificateName, out _) ? "" : $" -servername {HttpCommand.Quote(target.CertificateName)}";
        return new($"openssl s_client -connect {Written(target.EndPoint)}{name} </dev/null", true, "the handshake and the certificates, in full");
    }

    public static NextStep Logs(FindingSet seen) =>
        OnHost(seen, "journalctl --since -10min --priority warning", "what the program has said; or its own error log");

    public static NextStep Load(FindingSet seen) => OnHost(seen, "top -b -n 1 | head -n 20", "whether processor, memory or disk are short");

    public static NextStep Continue(SocketOwner owner, FindingSet seen) =>
        OnHost(seen, string.Create(CultureInfo.InvariantCulture, $"kill -CONT {owner.Id}"), $"lets {owner.Name} go on");

    /// <summary>On the backend's host, which may be this one.</summary>
    private static NextStep OnHost(FindingSet seen, string command, string purpose) => new(command, seen.Local is not null, purpose);

    private static string Written(IPEndPoint endPoint) => endPoint.AddressFamily == AddressFamily.InterNetworkV6 ? $"'{endPoint}'" : endPoint.ToString();
}
