// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Configuration.Text;
using LbEngine.Connections;

namespace LbEngine.Control.Model;

/// <summary>Tells which open listener a configured one goes on with: the one on its address, whatever its name. Port 0 is a fresh port for each name.</summary>
internal sealed class ListenerMatch
{
    private readonly Dictionary<(bool IsDatagram, BindAddress Bind, string Name), Listener> _open = [];

    public ListenerMatch(IEnumerable<Listener> open)
    {
        foreach (Listener listener in open)
        {
            _open[Key(listener.IsDatagram, new BindAddress(listener.Bind, listener.IsEverywhere), listener.Name)] = listener;
        }
    }

    public Listener? Find(string name, ListenerOptions options) =>
        _open.GetValueOrDefault(Key(options.Protocol == ListenerProtocol.Udp, BindAddress.Parse(options.Bind), name));

    private static (bool IsDatagram, BindAddress Bind, string Name) Key(bool isDatagram, BindAddress bind, string name) =>
        (isDatagram, bind, bind.EndPoint.Port == 0 ? name : "");
}
