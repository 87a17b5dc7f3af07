// SPDX-License-Identifier: MIT
using System.Net;
using System.Runtime.CompilerServices;
using LbEngine.Connections;
using LbEngine.Transport.Linux.Datagrams;

namespace LbEngine.Transport.Linux;

/// <summary>The listening sockets of a transport: opened, or inherited from another process. One caller at a time, but for <see cref="All"/>.</summary>
internal sealed class ListeningDescriptors
{
    private readonly Dictionary<Listener, int[]> _byListener = [];
    private readonly ConditionalWeakTable<Listener, int[]> _known = []; // as long as anybody knows the listener
    private volatile IReadOnlyList<int> _all = [];
    private InheritedSockets? _inherited;

    /// <summary>Descriptors that are open, to be handed over. Any thread.</summary>
    public IReadOnlyList<int> All => _all;

    /// <summary>Takes sockets of another process over; listeners that are bound from now on use them first.</summary>
    public void Inherit(IReadOnlyList<int> descriptors) => _inherited = new InheritedSockets(descriptors);

    /// <summary>Closes the inherited sockets that no listener has taken; returns where they were bound.</summary>
    public IReadOnlyList<IPEndPoint> CloseInherited()
    {
        IReadOnlyList<IPEndPoint> left = _inherited?.CloseRest() ?? [];
        _inherited = null;
        return left;
    }

    /// <summary>Sockets for every reactor; the caller owns them.</summary>
    /// <exception cref="ListenerBindException">The address cannot be bound.</exception>
    public int[] Bind(Listener listener, int reactors)
    {
        int[] inherited = _inherited?.Take(listener) ?? [];
        int[] descriptors = (inherited.Length > 0, listener.IsDatagram) switch
        {
            (true, true) => ListeningDatagramSocket.Adopt(listener, inherited),
            (true, false) => ListeningSocket.Adopt(listener, inherited, reactors),
            (false, true) => ListeningDatagramSocket.OpenGroup(listener, reactors),
            (false, false) => ListeningSocket.OpenGroup(listener, reactors),
        };
        _byListener[listener] = descriptors;
        _known.AddOrUpdate(listener, descriptors);
        Note();
        return descriptors;
    }

    /// <summary>The listener's sockets are, or will soon be, closed by their reactors.</summary>
    public void Forget(Listener listener)
    {
        _byListener.Remove(listener);
        Note();
    }

    /// <summary>The listener stays after all, and its sockets are open.</summary>
    public void Restore(Listener listener)
    {
        if (_known.TryGetValue(listener, out int[]? descriptors))
        {
            _byListener[listener] = descriptors;
            Note();
        }
    }

    public void Clear()
    {
        _byListener.Clear();
        Note();
    }

    private void Note() => _all = [.. _byListener.Values.SelectMany(descriptors => descriptors)];
}
