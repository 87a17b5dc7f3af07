// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Tests.ConsoleHost;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Runs;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.Admin.Doctor;

/// <summary>A web server on another host, a network namespace, behind a firewall there.</summary>
[Collection(EndToEndGroup.Name)]
[Trait(Quick.Category, Quick.Slow)]
public class FirewallDoctorTests
{
    private const string Ip = "/usr/sbin/ip";
    private const string Nft = "/usr/sbin/nft";
    private const string Well = "return 200 well;";

    [RootTheory(NginxServer.Program, Nft)]
    [InlineData("drop", "firewall-drop", "answers ping", "backend: nft list ruleset")]
    [InlineData("reject", "firewall-reject", "ICMP 'destination unreachable' came with each of 2 attempts", "backend: nft list ruleset")]
    [InlineData("reject with icmp type admin-prohibited", "unreachable", "a router or firewall on the way", "here: ip route get")]
    [InlineData("reject with icmp type host-unreachable", "unreachable", "a router or firewall on the way", "here: ip route get")]
    [InlineData("reject with tcp reset", "refused", "nothing listens on port 8080", "backend: ss -ltnp")]
    public async Task Doctor_FirewallOnTheBackendsHost_IsNamed(string rule, string cause, string evidence, string command)
    {
        using NetworkNamespace network = await NetworkNamespace.CreateAsync();
        using NginxServer server = await NginxServer.StartAsync(Well, network: network);
        await network.RunAsync(Nft, $"table inet f {{ chain input {{ type filter hook input priority 0; tcp dport 8080 {rule}; }}; }}");

        DoctorRun run = await DoctorRun.AtAsync(server.EndPoint, "--timeout", "1s");

        run.AssertCause(cause, evidence, command);
    }

    [RootTheory(NginxServer.Program, Nft)]
    [InlineData("drop", "firewall-drop", "which always answers")]
    [InlineData("reject", "firewall-reject", "yet connecting is refused")]
    public async Task Doctor_FirewallOnItsOwnHost_IsToldFromAClosedPort(string rule, string cause, string evidence)
    {
        using NetworkNamespace network = await NetworkNamespace.CreateAsync();
        using NginxServer server = await NginxServer.StartAsync(Well, network: network);
        await network.RunAsync(Nft, $"table inet f {{ chain input {{ type filter hook input priority 0; tcp dport 8080 {rule}; }}; }}");
        using var file = new TemporaryFile(
            "lb.yaml",
            "listeners: { web: { bind: \"127.0.0.1:1\", pool: site } }\n"
            + $"pools: {{ site: {{ backends: {{ a: {{ address: \"{server.EndPoint}\" }} }} }} }}");
        using ChildProcess lb = ChildProcess.Start(
            network.Launcher[0],
            [.. network.Launcher[1..], .. LbProgram.Command, "doctor", file.Path, "site/a", "--json", "--timeout", "300ms"]);

        await Waiting.UntilAsync(() => lb.HasExited, "lb doctor has ended", TimeSpan.FromSeconds(60));
        lb.WaitForExit();

        DoctorRun run = DoctorRun.Read((lb.ExitCode, string.Join('\n', lb.Output), ""));
        run.AssertCause(cause, evidence, $"is served by nginx (process {server.Process.Id}) on {server.EndPoint}", "here: nft list ruleset");
    }

    [RootTheory(Ip)]
    [InlineData("300ms")]
    [InlineData("5s")]
    public async Task Doctor_AddressThatNobodyHas_IsAHostThatIsDown(string timeout)
    {
        using NetworkNamespace network = await NetworkNamespace.CreateAsync();
        await network.RunAsync(Ip, "addr", "flush", "dev", network.InsideDevice);

        DoctorRun run = await DoctorRun.AtAsync(new IPEndPoint(network.Inside, 8080), "--timeout", timeout);

        run.AssertCause("host-down", $"nobody on this network answers ARP for {network.Inside}", $"here: ip neigh show {network.Inside}");
    }

    [RootTheory(Nft)]
    [InlineData(true, "firewall-drop", "answers ARP on this network")]
    [InlineData(false, "no-answer", "the address is wrong, or the host is down")]
    public async Task Doctor_HostThatAnswersNothing_IsKnownToLiveOnItsOwnNetworkOnly(bool isNeighbour, string cause, string evidence)
    {
        using NetworkNamespace network = await NetworkNamespace.CreateAsync();
        IPAddress address = isNeighbour ? network.Inside : await network.AddAddressAsync(AddressFamily.InterNetwork);
        await network.RunAsync(Nft, "table inet f { chain input { type filter hook input priority 0; drop; }; }");

        DoctorRun run = await DoctorRun.AtAsync(new IPEndPoint(address, 8080), "--timeout", "300ms");

        run.AssertCause(cause, evidence, "had no answer within", $"{address} does not answer ping within 300 ms");
    }

    [RootTheory(NginxServer.Program)]
    [InlineData("127.0.0.1")]
    public async Task Doctor_ServerOnLoopbackOfThisHost_IsNotReachedAtItsRealAddress(string only)
    {
        using NetworkNamespace network = await NetworkNamespace.CreateAsync();
        using NginxServer server = await NginxServer.StartAsync(Well);

        DoctorRun run = await DoctorRun.AtAsync(new IPEndPoint(network.Outside, server.EndPoint.Port));

        run.AssertCause("loopback-only", $"on {only}:{server.EndPoint.Port}", $"let it listen on {network.Outside} or 0.0.0.0");
    }
}
