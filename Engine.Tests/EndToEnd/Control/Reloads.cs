// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Configuration;
using LbEngine.Tests.Harness.Balancing;

namespace LbEngine.Tests.EndToEnd.Control;

/// <summary>What the tests of reloads have in common: other configurations, and looks from outside.</summary>
internal static class Reloads
{
    /// <summary>What an engine was started with, and one change of it.</summary>
    public static LoadBalancerOptions Change(this BalancerSettings settings, TransportKind transport, Action<LoadBalancerOptions> change)
    {
        LoadBalancerOptions options = settings.ToOptions(transport);
        change(options);
        return options;
    }

    public static LoadBalancerOptions AddListener(this LoadBalancerOptions options, string name, IPEndPoint bind, ListenerProtocol protocol = ListenerProtocol.Tcp, string pool = "site")
    {
        options.Listeners.Add(name, new ListenerOptions { Bind = bind.ToString(), Protocol = protocol, Pool = pool });
        return options;
    }

    public static LoadBalancerOptions AddBackend(this LoadBalancerOptions options, string name, IPEndPoint address, string pool = "site")
    {
        options.Pools[pool].Backends.Add(name, new BackendOptions { Address = address.ToString() });
        return options;
    }

    /// <summary>Where a listener of that name listens now.</summary>
    public static IPEndPoint EndPointOf(this EngineBalancer balancer, string listener) =>
        balancer.Status.Listeners.Single(one => one.Name == listener && !one.IsRemoving).EndPoint;

    /// <summary>Whether somebody who connects is refused.</summary>
    public static bool IsRefused(IPEndPoint endPoint)
    {
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(endPoint);
            return false;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return true;
        }
    }

    /// <summary>Whether the port is free for UDP.</summary>
    public static bool IsFree(IPEndPoint endPoint)
    {
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(endPoint);
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
