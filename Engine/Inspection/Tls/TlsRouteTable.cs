// SPDX-License-Identifier: MIT
using System.Text;

namespace LbEngine.Inspection.Tls;

/// <summary>Finds the route of a hello, at a cost that depends on the hello and not on how many routes there are.</summary>
/// <remarks>
/// <para>
/// The exact name wins over every wildcard, a longer wildcard over a shorter one, of equal ones <c>*.</c> over <c>**.</c>, and a name over
/// a protocol alone. At each name a route whose protocol the client offers wins over one without protocols, and the first of several; where
/// none fits, the search goes on with the next shorter wildcard.
/// </para>
/// <para>Immutable; any thread; allocates nothing in a look-up.</para>
/// </remarks>
internal sealed class TlsRouteTable
{
    /// <summary>What <see cref="Find"/> says when no route fits.</summary>
    public const int None = -1;

    private const string OneLabel = "*.";
    private const string AnyLabels = "**.";
    private const byte Dot = (byte)'.';

    private readonly List<ProtocolRoutes> _nodes = [];
    private readonly ProtocolRoutes _nameless = new();
    private readonly NameTable _exact;
    private readonly NameTable _oneLabel;
    private readonly NameTable _anyLabels;

    /// <param name="routes">A look-up answers with places in this list.</param>
    public TlsRouteTable(IReadOnlyList<TlsRoute> routes)
    {
        var exact = new Dictionary<string, int>(StringComparer.Ordinal);
        var oneLabel = new Dictionary<string, int>(StringComparer.Ordinal);
        var anyLabels = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < routes.Count; i++)
        {
            if (routes[i].Names.Count == 0)
            {
                _nameless.Add(i, routes[i].Protocols);
            }

            foreach (string name in routes[i].Names)
            {
                ProtocolRoutes node = name.StartsWith(AnyLabels, StringComparison.Ordinal) ? NodeOf(anyLabels, name[AnyLabels.Length..])
                    : name.StartsWith(OneLabel, StringComparison.Ordinal) ? NodeOf(oneLabel, name[OneLabel.Length..])
                    : NodeOf(exact, name);
                node.Add(i, routes[i].Protocols);
            }
        }

        _nameless.Build();
        _nodes.ForEach(node => node.Build());
        _exact = TableOf(exact);
        _oneLabel = TableOf(oneLabel);
        _anyLabels = TableOf(anyLabels);
    }

    /// <summary>The place of the route that takes the client; <see cref="None"/> when none does.</summary>
    public int Find(in ClientHello hello)
    {
        int found = hello.Name.IsEmpty ? None : FindByName(hello);
        return found != None ? found : _nameless.Find(hello);
    }

    /// <summary>From the end of the name to its front, so that what is found last is the longest.</summary>
    private int FindByName(in ClientHello hello)
    {
        ReadOnlySpan<byte> name = hello.Name;
        int firstDot = name.IndexOf(Dot);
        int found = None;
        uint hash = NameTable.EmptyHash;
        for (int i = name.Length - 1; i >= 0; i--)
        {
            if (name[i] == Dot && i > 0)
            {
                ReadOnlySpan<byte> suffix = name[(i + 1)..];
                found = Better(_anyLabels.Find(suffix, hash), hello, found);
                found = i == firstDot ? Better(_oneLabel.Find(suffix, hash), hello, found) : found;
            }

            hash = NameTable.Prepend(hash, name[i]);
        }

        return Better(_exact.Find(name, hash), hello, found);
    }

    private int Better(int node, in ClientHello hello, int found)
    {
        int route = node < 0 ? None : _nodes[node].Find(hello);
        return route != None ? route : found;
    }

    private ProtocolRoutes NodeOf(Dictionary<string, int> names, string name)
    {
        if (!names.TryGetValue(name, out int node))
        {
            node = _nodes.Count;
            names.Add(name, node);
            _nodes.Add(new ProtocolRoutes());
        }

        return _nodes[node];
    }

    private static NameTable TableOf(Dictionary<string, int> names) =>
        new([.. names.Select(one => KeyValuePair.Create(Encoding.ASCII.GetBytes(one.Key), one.Value))]);
}
