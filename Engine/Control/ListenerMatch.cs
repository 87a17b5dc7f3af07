// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Connections;

namespace LbEngine.Control;

/// <summary>Tells which running listener a configured one goes on with: the one on its address, whatever its name. Port 0 is a fresh port for each name.</summary>
internal static class ListenerMatch
{
    public static Listener? Find(IEnumerable<Listener> running, string name, ListenerOptions options)
    {
        IPEndPoint bind = IPEndPoint.Parse(options.Bind);
        bool isDatagram = options.Protocol == ListenerProtocol.Udp;
        return running.FirstOrDefault(listener =>
            listener.IsDatagram == isDatagram && listener.Bind.Equals(bind) && (bind.Port != 0 || listener.Name == name));
    }
}
