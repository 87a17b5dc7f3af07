// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Observability;
using LbEngine.Tables;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;

namespace LbEngine.Tests.EndToEnd.Datagrams;

/// <summary>PROXY headers over UDP with dnsdist at the other end.</summary>
public sealed class DnsdistTests : EndToEndTest
{
    private const string Program = "/usr/bin/dnsdist";
    private const int AnswerBit = 0x80;

    private static readonly IPAddress ClientAddress = IPAddress.Parse("127.0.0.77");

    /// <summary>A query for example.test, A; its number comes first.</summary>
    private static byte[] Query => [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 7, .. "example"u8, 4, .. "test"u8, 0, 0, 1, 0, 1];

    [PeerTheory(Program)]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task AcceptProxy_DnsdistInFront_ClientIsWhoAskedItAndItsChecksAreItsOwn(TransportKind transport)
    {
        DatagramBackend backend = Stage.AddDatagramBackend();
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.ForDatagrams(backend.EndPoint) with
        {
            AcceptProxy = new AcceptProxyOptions { Trusted = { "127.0.0.1" } },
            SendProxy = ProxyVersion.V2,
        });
        using var directory = new TemporaryDirectory();
        IPEndPoint inFront = FreePort.Find(IPAddress.Loopback);
        Stage.Own(await StartAsync(directory, inFront, $$"""newServer({address="{{balancer.EndPoint}}", useProxyProtocol=true, checkInterval=1})"""));

        // It asks nobody who has not answered its own question, which says LOCAL: so it is the balancer's that comes on with it.
        (_, ProxyHeader check) = await AnswerAsync(backend);
        DatagramClient client = Stage.Own(DatagramClient.Connect(inFront, from: ClientAddress));
        ProxyHeader seen = default;
        for (int i = 0; i < 100 && seen.Source?.Address != AddressKey.From(ClientAddress); i++)
        {
            if (i % 10 == 0)
            {
                await client.SendAsync(Query);
            }

            (_, seen) = await AnswerAsync(backend);
        }

        Assert.Equal((AddressKey.From(IPAddress.Loopback), EndPointKey.From(balancer.EndPoint)), (check.Source!.Value.Address, check.Destination));
        Assert.Equal((EndPointKey.From(client.EndPoint), EndPointKey.From(inFront)), (seen.Source, seen.Destination));
        Assert.Equal(Answer(Query), await client.ReceiveAsync());
        Assert.Contains(balancer.Engine.GetConnections(), flow => flow.Client.Equals(client.EndPoint) && flow.Peer is not null);
    }

    [PeerTheory(Program)]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task SendProxy_DnsdistExpectsIt_SeesTheClientsAddressAndIsUp(TransportKind transport)
    {
        using var directory = new TemporaryDirectory();
        IPEndPoint behind = FreePort.Find(IPAddress.Loopback);
        Stage.Own(await StartAsync(directory, behind, """
            setProxyProtocolACL({"127.0.0.0/8"})
            addAction(AllRule(), LuaAction(function(dq) return DNSAction.Spoof, dq.remoteaddr:toString() end))
            """));
        EngineBalancer balancer = await Stage.StartEngineAsync(transport, BalancerSettings.ForDatagrams(behind) with
        {
            SendProxy = ProxyVersion.V2,
            Health = new HealthOptions { Type = HealthCheckType.Udp, Send = $"hex:{Convert.ToHexString(Query)}", Expect = "hex:7f000001" },
        });
        DatagramClient client = Stage.AddClient(balancer, from: ClientAddress);

        await client.SendAsync(Query);

        Assert.Equal(ClientAddress.GetAddressBytes(), (await client.ReceiveAsync())[^4..]);
        await Waiting.UntilAsync(() => balancer.Backend(0).LastProbe is not null, "dnsdist was probed");
        ProbeStatus probe = balancer.Backend(0).LastProbe!;
        Assert.True(probe.Cause == ProbeCause.Success, probe.Result);
    }

    private static async Task<ChildProcess> StartAsync(TemporaryDirectory directory, IPEndPoint listen, string configuration)
    {
        string file = Path.Combine(directory.Path, "dnsdist.conf");
        File.WriteAllText(file, $"""
            setSecurityPollSuffix("")
            setLocal("{listen}")
            {configuration}

            """);
        ChildProcess dnsdist = ChildProcess.Start(Program, "--supervised", "--disable-syslog", "-C", file);
        await dnsdist.WaitForLineAsync($"Listening on {listen}");
        return dnsdist;
    }

    /// <summary>Answers what comes next with nothing but the question; returns what has come.</summary>
    private static async Task<(byte[] Query, ProxyHeader Header)> AnswerAsync(DatagramBackend backend)
    {
        ReceivedDatagram received = await backend.ReceiveFromAsync();
        Assert.Equal(ProxyReading.Whole, ProxyHeaderReader.Read(received.Payload, out ProxyHeader header));
        byte[] query = received.Payload[header.Length..];
        await backend.SendToAsync(Answer(query), received.From);
        return (query, header);
    }

    private static byte[] Answer(byte[] query)
    {
        byte[] answer = [.. query];
        answer[2] |= AnswerBit;
        return answer;
    }
}
