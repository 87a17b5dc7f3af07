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

    /// <summary>The same for a connect that no client has asked for, such as a probe.</summary>
    public SourceAddresses WithoutClient => IsClient ? Any : this;

    /// <summary>The choices of one connect.</summary>
    /// <param name="isIPv4">The backend's family. A client of the other one cannot be shown to it.</param>
    /// <param name="client">Whose connection it is.</param>
    public SourceTurn Begin(bool isIPv4, EndPointKey client)
    {
        if (IsClient)
        {
            return client.Address.IsIPv4 == isIPv4 ? new SourceTurn(client) : new SourceTurn([], 0);
        }

        AddressKey[] addresses = isIPv4 ? _v4 : _v6;
        return new SourceTurn(addresses, addresses.Length > 1 ? Interlocked.Increment(ref _turn) : 0);
    }

    /// <summary>What it consists of, for comparison.</summary>
    public override string ToString() => IsClient ? "client" : string.Join(' ', [.. _v4.Select(Text), .. _v6.Select(Text)]);

    private static string Text(AddressKey key) => key.ToIPAddress().ToString();
}
