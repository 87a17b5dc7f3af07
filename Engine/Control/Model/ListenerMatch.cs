// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Connections;

namespace LbEngine.Control.Model;

/// <summary>Tells which open listener a configured one goes on with: the one on its address, whatever its name. Port 0 is a fresh port for each name.</summary>
internal sealed class ListenerMatch
{
    private readonly Dictionary<(bool IsDatagram, IPEndPoint Bind, string Name), Listener> _open = [];

    public ListenerMatch(IEnumerable<Listener> open)
    {
        foreach (Listener listener in open)
        {
            _open[Key(listener.IsDatagram, listener.Bind, listener.Name)] = listener;
        }
    }

    public Listener? Find(string name, ListenerOptions options) =>
        _open.GetValueOrDefault(Key(options.Protocol == ListenerProtocol.Udp, IPEndPoint.Parse(options.Bind), name));

    private static (bool IsDatagram, IPEndPoint Bind, string Name) Key(bool isDatagram, IPEndPoint bind, string name) =>
        (isDatagram, bind, bind.Port == 0 ? name : "");
}
