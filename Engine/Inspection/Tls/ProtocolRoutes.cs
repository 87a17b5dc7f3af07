// SPDX-License-Identifier: MIT
using System.Text;

namespace LbEngine.Inspection.Tls;

/// <summary>The routes of one name, or those of none: by protocol, and else the one without. Mutable while it is built.</summary>
internal sealed class ProtocolRoutes
{
    private readonly Dictionary<string, int> _byProtocol = new(StringComparer.Ordinal);
    private NameTable? _table;
    private int _any = -1;

    /// <summary>Adds a route; one that was added before keeps what both claim.</summary>
    public void Add(int route, IReadOnlyList<string> protocols)
    {
        if (protocols.Count == 0 && _any < 0)
        {
            _any = route;
        }

        foreach (string protocol in protocols)
        {
            _byProtocol.TryAdd(protocol, route);
        }
    }

    /// <summary>Makes it ready for look-ups.</summary>
    public void Build()
    {
        if (_byProtocol.Count > 0)
        {
            _table = new NameTable([.. _byProtocol.Select(one => KeyValuePair.Create(Encoding.Latin1.GetBytes(one.Key), one.Value))]);
        }
    }

    /// <summary>The first route that has one of the protocols, else the route without; -1 for none.</summary>
    public int Find(in ClientHello hello)
    {
        if (_table is null)
        {
            return _any;
        }

        Span<byte> name = stackalloc byte[OfferedProtocols.LongestName];
        int first = int.MaxValue;
        OfferedProtocols protocols = hello.Protocols;
        while (protocols.TryNext(name, out int length))
        {
            int route = _table.Find(name[..length]);
            first = route >= 0 && route < first ? route : first;
        }

        return first < int.MaxValue ? first : _any;
    }
}
