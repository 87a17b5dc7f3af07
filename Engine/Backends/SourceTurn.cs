// SPDX-License-Identifier: MIT
using LbEngine.Tables;

namespace LbEngine.Backends;

/// <summary>The choices of one connect, at least one, each of them once. Mutable; one owner. Made by <see cref="SourceAddresses.Begin"/>.</summary>
internal struct SourceTurn
{
    private readonly AddressKey[]? _addresses;
    private readonly EndPointKey _client;
    private readonly uint _first;
    private readonly int _count;
    private int _taken;

    /// <summary>Addresses of this host, from one of them on; none for whatever the system takes.</summary>
    public SourceTurn(AddressKey[] addresses, uint first)
    {
        _addresses = addresses;
        _first = first;
        _count = Math.Max(1, addresses.Length);
    }

    /// <summary>The client's own address: with its port first, and where that is taken with another one.</summary>
    public SourceTurn(EndPointKey client)
    {
        _client = client;
        _count = 2;
    }

    /// <summary>True while there is another choice.</summary>
    public readonly bool HasMore => _taken < _count;

    /// <summary>The next choice; the last one again when there is no other.</summary>
    public SourceChoice Take()
    {
        int at = Math.Min(_taken, Math.Max(0, _count - 1));
        _taken = at + 1;
        return _addresses is null
            ? new SourceChoice(at == 0 ? _client : _client with { Port = 0 }, IsForeign: _count > 0)
            : _addresses.Length == 0 ? default
            : new SourceChoice(new EndPointKey(_addresses[(int)(((_first % (uint)_addresses.Length) + (uint)at) % (uint)_addresses.Length)], 0));
    }
}
