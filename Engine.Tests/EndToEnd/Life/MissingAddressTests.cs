// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Tests.Harness.Balancing;
using LbEngine.Tests.Harness.Datagrams;
using LbEngine.Tests.Harness.Host;
using LbEngine.Tests.Harness.Processes;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;
using LbEngine.Transport;

namespace LbEngine.Tests.EndToEnd.Life;

/// <summary>A listener whose address is not this host's when it starts.</summary>
public sealed class MissingAddressTests : EndToEndTest
{
    // Of duplicate addresses, which keeps an IPv6 address from being used for a second.
    private static readonly string[] NoDetection = ["nodad"];

    private const string Ip = "/usr/sbin/ip";

    private static readonly IPEndPoint Nobody = new(IPAddress.Loopback, 9);

    // Of TEST-NET-1 and the prefix for documentation (RFC 5737, RFC 3849): nobody has them.
    public static TheoryData<TransportKind, ListenerProtocol, string> Missing { get; } = Each("192.0.2.1", "2001:db8::1");

    public static TheoryData<TransportKind, ListenerProtocol, bool> Comes { get; } = Each(false, true);

    [Theory]
    [MemberData(nameof(Missing))]
    public async Task StartAsync_AddressIsMissing_IsRefusedByDefaultAndTheErrorNamesTheSetting(TransportKind transport, ListenerProtocol protocol, string address)
    {
        BalancerSettings settings = Settings(protocol, IPAddress.Parse(address), Nobody);

        ListenerBindException refused = await Assert.ThrowsAsync<ListenerBindException>(() => EngineBalancer.StartAsync(transport, settings));

        Assert.EndsWith("this host has no such address; write bindMissing: allow if it comes later", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Missing))]
    public async Task StartAsync_AddressMayBeMissing_IsBound(TransportKind transport, ListenerProtocol protocol, string address)
    {
        BalancerSettings settings = Settings(protocol, IPAddress.Parse(address), Nobody) with { BindMissing = MissingAddressBehaviour.Allow, Reactors = 2 };

        EngineBalancer balancer = await Stage.StartEngineAsync(transport, settings);

        Assert.Equal(address, balancer.EndPoint.Address.ToString());
        Assert.NotEqual(0, balancer.EndPoint.Port);
    }

    [RootTheory(Ip)]
    [MemberData(nameof(Comes))]
    public async Task AddressComesLater_ClientsAreServed(TransportKind transport, ListenerProtocol protocol, bool isIPv6)
    {
        NetworkNamespace network = Stage.Own(await NetworkNamespace.CreateAsync());
        IPAddress inside = isIPv6 ? network.InsideV6 : network.Inside;
        string[] version = [Ip, isIPv6 ? "-6" : "-4", "addr"];
        string[] address = [$"{inside}/{(isIPv6 ? 64 : 30)}", "dev", network.InsideDevice];
        await network.RunAsync([.. version, "del", .. address]);
        IPAddress outside = isIPv6 ? network.OutsideV6 : network.Outside;
        IPEndPoint backend = protocol == ListenerProtocol.Tcp ? Stage.AddStreamEcho(outside).EndPoint : Stage.AddDatagramEcho(outside).EndPoint;
        BalancerSettings settings = Settings(protocol, inside, backend) with { BindMissing = MissingAddressBehaviour.Allow, Reactors = 2 };
        EngineProcess balancer = await Stage.StartEngineProcessAsync(transport, settings, network.Launcher);

        await network.RunAsync([.. version, "add", .. address, .. isIPv6 ? NoDetection : []]);

        if (protocol == ListenerProtocol.Tcp)
        {
            using EchoPeer client = await EchoPeer.ConnectAsync(balancer.EndPoint);
            await client.EchoAsync();
            await client.FinishAsync();
        }
        else
        {
            using DatagramClient client = DatagramClient.Connect(balancer.EndPoint);
            await client.EchoAsync();
        }
    }

    private static BalancerSettings Settings(ListenerProtocol protocol, IPAddress address, params ReadOnlySpan<IPEndPoint> backends) =>
        (protocol == ListenerProtocol.Tcp ? BalancerSettings.For(backends) : BalancerSettings.ForDatagrams(backends)) with
        {
            Bind = new IPEndPoint(address, 0).ToString(),
        };

    private static TheoryData<TransportKind, ListenerProtocol, T> Each<T>(params ReadOnlySpan<T> values)
    {
        var data = new TheoryData<TransportKind, ListenerProtocol, T>();
        foreach (T value in values)
        {
            foreach (ListenerProtocol protocol in Enum.GetValues<ListenerProtocol>())
            {
                foreach (TransportKind transport in Transports.Available())
                {
                    data.Add(transport, protocol, value);
                }
            }
        }

        return data;
    }
}
