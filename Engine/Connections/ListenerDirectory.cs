// SPDX-License-Identifier: MIT
namespace LbEngine.Connections;

/// <summary>Listeners by number, removed ones included as long as connections name them. One writer at a time adds; any thread finds.</summary>
internal sealed class ListenerDirectory
{
    /// <summary>Listeners that can be known at once: a key of the connection table has 16 bits for them.</summary>
    public const int MaxCount = ushort.MaxValue;

    private volatile Listener?[] _byId = new Listener?[16];

    public Listener? Find(int id)
    {
        Listener?[] byId = _byId;
        return (uint)id < (uint)byId.Length ? Volatile.Read(ref byId[id]) : null;
    }

    /// <summary>Listeners that were removed while connections of them live. Any thread.</summary>
    public IEnumerable<Listener> Leaving => _byId.OfType<Listener>().Where(static listener => listener is { IsRemoved: true, ActiveCount: > 0 });

    /// <summary>
    /// Numbers for new listeners: free ones, or those of removed listeners without connections. Writer only; the caller adds under each at once.
    /// </summary>
    /// <exception cref="InvalidOperationException">All numbers are taken.</exception>
    public IEnumerable<ushort> TakeIds(int count)
    {
        for (int id = 0; count > 0; id++)
        {
            if (id == MaxCount)
            {
                throw new InvalidOperationException($"An engine holds at most {MaxCount} listeners, removed ones that still have connections included.");
            }

            if (Find(id) is null or { IsRemoved: true, ActiveCount: 0 })
            {
                count--;
                yield return (ushort)id;
            }
        }
    }

    /// <summary>Makes a listener known under its own number. Writer only.</summary>
    public void Add(Listener listener)
    {
        Listener?[] byId = _byId;
        if (listener.Id >= byId.Length)
        {
            var grown = new Listener?[Math.Max(listener.Id + 1, 2 * byId.Length)];
            byId.CopyTo(grown, 0);
            _byId = byId = grown;
        }

        Volatile.Write(ref byId[listener.Id], listener);
    }
}
