// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Tables;

namespace LbEngine.Backends;

/// <summary>From where a pool's backends are connected to. Immutable but for whose turn it is; any thread.</summary>
/// <remarks>
/// A connection is told from others by both of its ends, so one source address has as many of them to one backend as there are ports: 28,232 of them
/// as Linux comes. Two addresses have twice as many. They take turns, so that none is nearly full while another is empty: the kernel's search for a
/// free port grows long then.
/// </remarks>
internal sealed class SourceAddresses
{
    private readonly AddressKey[] _v4;
    private readonly AddressKey[] _v6;
    private uint _turn;

    /// <param name="addresses">Addresses of this host; of a family that has none, whatever the system takes.</param>
    public SourceAddresses(IEnumerable<IPAddress> addresses)
    {
        AddressKey[] keys = [.. addresses.Select(AddressKey.From)];
        _v4 = [.. keys.Where(static key => key.IsIPv4)];
        _v6 = [.. keys.Where(static key => !key.IsIPv4)];
    }

    /// <summary>Whatever the system takes.</summary>
    public static SourceAddresses Any { get; } = new([]);

    /// <summary>The client's own address and port.</summary>
    public static SourceAddresses Client { get; } = new([]) { IsClient = true };

    /// <summary>True where backends see the client's own address.</summary>
    public bool IsClient { get; private init; }

    /// <summary>The addresses of this host among them.</summary>
    public IEnumerable<AddressKey> Own => _v4.Concat(_v6);

    /// <summary>The same for a connect that no client has asked for, such as a probe.</summary>
    public SourceAddresses WithoutClient => IsClient ? Any : this;

    /// <summary>The choices of one connect.</summary>
    /// <param name="isIPv4">The backend's family. A client of the other one cannot be shown to it.</param>
    /// <param name="client">Whose connection it is.</param>
    public SourceTurn Begin(bool isIPv4, EndPointKey client)
    {
        if (IsClient)
        {
            return Shows(client, isIPv4) ? new SourceTurn(client) : new SourceTurn([], 0);
        }

        AddressKey[] addresses = isIPv4 ? _v4 : _v6;
        return new SourceTurn(addresses, addresses.Length > 1 ? Interlocked.Increment(ref _turn) : 0);
    }

    /// <summary>
    /// True when backends of a family see the client's own address. Whether they can be reached from there is as much the client's doing as theirs: one in
    /// their own network has its answers past this host.
    /// </summary>
    public bool Shows(EndPointKey client, bool isIPv4) => IsClient && client.Address.IsIPv4 == isIPv4 && IsOneOfManyNetworks(client.Address);

    /// <summary>False for what nobody outside this host or its link can answer to: loopback, link-local, multicast, none.</summary>
    private static bool IsOneOfManyNetworks(AddressKey address)
    {
        uint v4 = (uint)address.Low;
        return !address.IsLoopback && (address.IsIPv4
            ? v4 >> 24 is > 0 and < 224 && v4 >> 16 != 0xA9FE
            : !address.IsAny && address.High >> 54 != 0xFE80 >> 6 && address.High >> 56 != 0xFF);
    }

    /// <summary>What it consists of, for comparison.</summary>
    public override string ToString() => IsClient ? "client" : string.Join(' ', [.. _v4.Select(Text), .. _v6.Select(Text)]);

    private static string Text(AddressKey key) => key.ToIPAddress().ToString();
}
