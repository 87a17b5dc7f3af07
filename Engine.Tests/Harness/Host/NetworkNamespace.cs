// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Tests.Harness.Processes;

namespace LbEngine.Tests.Harness.Host;

/// <summary>A network of its own for a child process, with one cable to this one. Needs root.</summary>
internal sealed class NetworkNamespace : IDisposable
{
    private const string Ip = "/usr/sbin/ip";

    private static int _count;

    private readonly string _name;
    private readonly string _cable;
    private readonly int _network;
    private byte _further;

    private NetworkNamespace(int number)
    {
        _name = $"lb-test-{Environment.ProcessId}-{number}";
        _cable = $"lb{Environment.ProcessId}n{number}";

        // A network of four addresses out of 198.18.0.0/15 (for tests, RFC 2544) that no run beside this one has.
        _network = ((Environment.ProcessId * 8) + number) % (1 << 15) * 4;
        Outside = At(_network + 1);
        Inside = At(_network + 2);
        OutsideV6 = AtV6(1);
        InsideV6 = AtV6(2);
    }

    /// <summary>This end of the cable: where the test's backends listen.</summary>
    public IPAddress Outside { get; }

    /// <summary>The other end of the cable: where the child listens.</summary>
    public IPAddress Inside { get; }

    /// <summary>The same end's IPv6 address.</summary>
    public IPAddress OutsideV6 { get; }

    public IPAddress InsideV6 { get; }

    /// <summary>Name of the cable's end inside.</summary>
    public string InsideDevice => $"{_cable}b";

    /// <summary>What to write before a command so that it runs inside.</summary>
    public string[] Launcher => [Ip, "netns", "exec", _name];

    public static async Task<NetworkNamespace> CreateAsync()
    {
        var network = new NetworkNamespace(Interlocked.Increment(ref _count));
        try
        {
            await RunProgramAsync(Ip, "netns", "add", network._name);
            await RunProgramAsync(Ip, "link", "add", $"{network._cable}a", "type", "veth", "peer", "name", network.InsideDevice, "netns", network._name);
            await RunProgramAsync(Ip, "addr", "add", $"{network.Outside}/30", "dev", $"{network._cable}a");
            await RunProgramAsync(Ip, "link", "set", $"{network._cable}a", "up");
            await network.RunAsync(Ip, "addr", "add", $"{network.Inside}/30", "dev", network.InsideDevice);
            await network.RunAsync(Ip, "link", "set", network.InsideDevice, "up");
            await network.RunAsync(Ip, "link", "set", "lo", "up");

            // Without duplicate address detection, which would keep the addresses from being used for a second or two.
            await RunProgramAsync(Ip, "-6", "addr", "add", $"{network.OutsideV6}/64", "dev", $"{network._cable}a", "nodad");
            await network.RunAsync(Ip, "-6", "addr", "add", $"{network.InsideV6}/64", "dev", network.InsideDevice, "nodad");
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Gives the inside one more address, on its loopback interface, and tells the outside the way to it. Up to four.</summary>
    public async Task<IPAddress> AddAddressAsync(AddressFamily family)
    {
        bool isV4 = family == AddressFamily.InterNetwork;
        string version = isV4 ? "-4" : "-6";
        IPAddress address = isV4 ? FurtherAt(_network + _further) : AtV6((byte)(3 + _further));
        _further++;
        string prefix = $"{address}/{(isV4 ? 32 : 128)}";
        await RunAsync(Ip, version, "addr", "add", prefix, "dev", "lo");
        await RunProgramAsync(Ip, version, "route", "add", prefix, "via", $"{(isV4 ? Inside : InsideV6)}");
        return address;
    }

    /// <summary>Gives programs that are launched inside from now on a resolver of their own: each has its own <c>/etc/resolv.conf</c>.</summary>
    /// <param name="server">Its address.</param>
    /// <param name="timeout">Seconds until the system's resolver gives up.</param>
    public void UseNameServer(IPAddress server, int timeout = 1)
    {
        // ip(8) mounts what is in this directory over /etc, for the launched program alone.
        Directory.CreateDirectory(ResolverDirectory);
        File.WriteAllText(Path.Combine(ResolverDirectory, "resolv.conf"), $"nameserver {server}\noptions timeout:{timeout} attempts:1\n");
    }

    /// <summary>Runs a program inside and waits for its success.</summary>
    public Task RunAsync(params string[] command) => RunProgramAsync(Launcher[0], [.. Launcher[1..], .. command]);

    /// <summary>Removes it. Processes inside must have ended.</summary>
    public void Dispose()
    {
        // The kernel takes a namespace apart later; the cable goes first, so that its address is free at once.
        Remove("link", "del", $"{_cable}a");
        Remove("netns", "del", _name);
        if (Directory.Exists(ResolverDirectory))
        {
            Directory.Delete(ResolverDirectory, recursive: true);
        }
    }

    private string ResolverDirectory => $"/etc/netns/{_name}";

    private static IPAddress At(int offset) => new([198, (byte)(18 + (offset >> 16)), (byte)(offset >> 8), (byte)offset]);

    // As many addresses for each network out of 100.64.0.0/10 (shared address space, RFC 6598).
    private static IPAddress FurtherAt(int offset) => new([100, (byte)(64 + (offset >> 16)), (byte)(offset >> 8), (byte)offset]);

    private IPAddress AtV6(byte host)
    {
        // Out of 2001:2::/48, which RFC 5180 sets aside for tests.
        byte[] address = [0x20, 0x01, 0, 2, 0, 0, (byte)(_network >> 16), (byte)(_network >> 8), (byte)_network, 0, 0, 0, 0, 0, 0, host];
        return new IPAddress(address);
    }

    private static void Remove(params string[] arguments)
    {
        using ChildProcess remove = ChildProcess.Start(Ip, arguments);
        remove.WaitForExit();
    }

    private static async Task RunProgramAsync(string program, params string[] arguments)
    {
        using ChildProcess child = ChildProcess.Start(program, arguments);
        await Waiting.UntilAsync(() => child.HasExited, $"'{program} {string.Join(' ', arguments)}' has ended");
        if (child.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' ended with {child.ExitCode}: {string.Join(' ', child.Output)}");
        }
    }
}
