// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Benchmarks.Commands;

namespace LbEngine.Benchmarks.Scale.Scenarios;

/// <summary>Where the parts listen: below the ports that the kernel hands out by itself. One run at a time on a machine.</summary>
internal static class Ports
{
    public const int Balancer = 20_080;
    public const int Backend = 20_090;

    private const int Guard = 20_079;

    public static IPEndPoint BalancerEndPoint { get; } = new(IPAddress.Loopback, Balancer);

    public static IPEndPoint BackendEndPoint { get; } = new(IPAddress.Loopback, Backend);

    /// <summary>Holds the ports for one run: the echo backends share theirs, so two runs would serve each other's connections.</summary>
    /// <exception cref="CannotRunException">Another run is under way.</exception>
    public static IDisposable Take()
    {
        var guard = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            guard.Bind(new IPEndPoint(IPAddress.Loopback, Guard));
            guard.Listen();
            return guard;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            guard.Dispose();
            throw new CannotRunException($"Another run is under way: port {Guard} of 127.0.0.1 is taken. Wait for its end.");
        }
    }
}
