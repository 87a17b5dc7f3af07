// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Tables;

namespace LbEngine.Connections;

/// <summary>Whose clients a listener lets in. Immutable; any thread.</summary>
internal sealed class AccessList
{
    private const byte Allowed = 1;
    private const byte Denied = 2;

    private readonly NetworkSet _networks;
    private readonly bool _isForAllowedOnly;

    /// <param name="allow">Who may come in; empty for everybody who is not denied.</param>
    /// <param name="deny">Who may not. No network is in both.</param>
    /// <param name="isForAllowedOnly">Whoever is in none of them may not come in.</param>
    public AccessList(IEnumerable<IPNetwork> allow, IEnumerable<IPNetwork> deny, bool isForAllowedOnly)
    {
        _networks = new NetworkSet(allow.Select(static network => (network, Allowed)).Concat(deny.Select(static network => (network, Denied))));
        _isForAllowedOnly = isForAllowedOnly;
    }

    /// <summary>Networks that it was made of.</summary>
    public int Count => _networks.Count;

    public bool MayEnter(AddressKey client) => _networks.Find(client) switch
    {
        Allowed => true,
        Denied => false,
        _ => !_isForAllowedOnly,
    };

    /// <summary>True when both let in the same clients.</summary>
    public bool SaysTheSame(AccessList other) => _isForAllowedOnly == other._isForAllowedOnly && _networks.SaysTheSame(other._networks);
}
