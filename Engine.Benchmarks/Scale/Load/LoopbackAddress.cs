// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Benchmarks.Scale.Load;

/// <summary>Addresses of 127.0.0.0/8, all of which are this machine: thousands of backends, listeners and clients without thousands of ports. Pure.</summary>
internal static class LoopbackAddress
{
    public const int Backends = 1;
    public const int Listeners = 2;
    public const int Clients = 3;

    /// <summary><c>127.GROUP.x.y</c>, with y from 1 to 250. At most 64,000 of a group.</summary>
    public static IPAddress Of(int group, int number) =>
        number is >= 0 and < 64_000
            ? new IPAddress([127, (byte)group, (byte)(number / 250), (byte)(1 + (number % 250))])
            : throw new ArgumentOutOfRangeException(nameof(number), number, "A group has 64,000 addresses.");
}
