// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Benchmarks.Scale.Scenarios;

/// <summary>Where the parts listen: below the ports that the kernel hands out by itself. One run at a time on a machine.</summary>
internal static class Ports
{
    public const int Balancer = 20_080;
    public const int Backend = 20_090;

    public static IPEndPoint BalancerEndPoint { get; } = new(IPAddress.Loopback, Balancer);

    public static IPEndPoint BackendEndPoint { get; } = new(IPAddress.Loopback, Backend);
}
