// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Tests.Harness.Processes;

namespace LbEngine.Tests.Harness.Host;

/// <summary>
/// Three networks in a row: clients, a balancer, and this one with the backends, which sends what is meant for the clients through the balancer's. Needs
/// root.
/// </summary>
internal sealed class RoutedClients : IDisposable
{
    private const string Ip = "/usr/sbin/ip";
    private const string Nft = "/usr/sbin/nft";

    private readonly NetworkNamespace _clients;

    private RoutedClients(NetworkNamespace balancer, NetworkNamespace clients)
    {
        Balancer = balancer;
        _clients = clients;
        byte[] network = clients.Inside.GetAddressBytes();
        byte first = (byte)(network[3] & 0xFC);

        // As many networks as there are cables, out of 100.64.0.0/10 (RFC 6598) and beside those of RFC 5180.
        Entrance = new IPAddress([100, (byte)(64 + network[1]), network[2], (byte)(first + 1)]);
        Client = new IPAddress([100, (byte)(64 + network[1]), network[2], (byte)(first + 2)]);
        EntranceV6 = new IPAddress([0x20, 0x01, 0, 2, 0, 1, network[1], network[2], first, 0, 0, 0, 0, 0, 0, 1]);
        ClientV6 = new IPAddress([0x20, 0x01, 0, 2, 0, 1, network[1], network[2], first, 0, 0, 0, 0, 0, 0, 2]);
    }

    /// <summary>Where the balancer runs. Its inside has a way to this network, where the backends are.</summary>
    public NetworkNamespace Balancer { get; }

    /// <summary>The balancer's address on the clients' side.</summary>
    public IPAddress Entrance { get; }

    public IPAddress EntranceV6 { get; }

    /// <summary>The clients' address, which is nobody's in the balancer's network.</summary>
    public IPAddress Client { get; }

    public IPAddress ClientV6 { get; }

    /// <param name="takesAnswers">False: what backends answer reaches the balancer's network, and is not taken there.</param>
    public static async Task<RoutedClients> CreateAsync(bool takesAnswers = true)
    {
        NetworkNamespace balancer = await NetworkNamespace.CreateAsync();
        NetworkNamespace clients = await NetworkNamespace.CreateAsync();
        var ground = new RoutedClients(balancer, clients);
        try
        {
            await ground.ConnectAsync();
            if (takesAnswers)
            {
                await ground.TakeAnswersAsync();
            }

            return ground;
        }
        catch
        {
            ground.Dispose();
            throw;
        }
    }

    /// <summary>Starts a program among the clients.</summary>
    public ChildProcess StartClient(string program, params string[] arguments) =>
        ChildProcess.Start(_clients.Launcher[0], [.. _clients.Launcher[1..], program, .. arguments]);

    public void Dispose()
    {
        _clients.Dispose();
        Balancer.Dispose();
    }

    private async Task ConnectAsync()
    {
        const string Entry = "toclients";
        const string Exit = "tobalancer";
        await Balancer.RunAsync(Ip, "link", "add", Entry, "type", "veth", "peer", "name", Exit, "netns", _clients.Launcher[^1]);
        await Balancer.RunAsync(Ip, "addr", "add", $"{Entrance}/30", "dev", Entry);
        await Balancer.RunAsync(Ip, "-6", "addr", "add", $"{EntranceV6}/126", "dev", Entry, "nodad");
        await Balancer.RunAsync(Ip, "link", "set", Entry, "up");
        await _clients.RunAsync(Ip, "addr", "add", $"{Client}/30", "dev", Exit);
        await _clients.RunAsync(Ip, "-6", "addr", "add", $"{ClientV6}/126", "dev", Exit, "nodad");
        await _clients.RunAsync(Ip, "link", "set", Exit, "up");
        await _clients.RunAsync(Ip, "route", "add", $"{Balancer.Inside}/32", "via", $"{Entrance}");
        await RunHereAsync("route", "add", $"{Client}/32", "via", $"{Balancer.Inside}");
        await RunHereAsync("-6", "route", "add", $"{ClientV6}/128", "via", $"{Balancer.InsideV6}");
    }

    /// <summary>As the documentation says: what belongs to a socket with a foreign address is marked, and what is marked is delivered here.</summary>
    private async Task TakeAnswersAsync()
    {
        await Balancer.RunAsync(Nft, "add table inet lb");
        await Balancer.RunAsync(Nft, "add chain inet lb answers { type filter hook prerouting priority mangle; }");
        await Balancer.RunAsync(Nft, "add rule inet lb answers socket transparent 1 meta mark set 1");
        foreach (string version in (string[])["-4", "-6"])
        {
            await Balancer.RunAsync(Ip, version, "rule", "add", "fwmark", "1", "lookup", "100");
            await Balancer.RunAsync(Ip, version, "route", "add", "local", "default", "dev", "lo", "table", "100");
        }
    }

    private static async Task RunHereAsync(params string[] arguments)
    {
        using ChildProcess child = ChildProcess.Start(Ip, arguments);
        await Waiting.UntilAsync(() => child.HasExited, $"'ip {string.Join(' ', arguments)}' has ended");
        if (child.ExitCode != 0)
        {
            throw new InvalidOperationException($"'ip {string.Join(' ', arguments)}' ended with {child.ExitCode}: {string.Join(' ', child.Output)}");
        }
    }
}
