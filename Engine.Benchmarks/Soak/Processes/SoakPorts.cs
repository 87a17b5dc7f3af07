// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Benchmarks.Soak.Processes;

/// <summary>Where everybody is. All of it below the range of outgoing ports.</summary>
internal static class SoakPorts
{
    /// <summary>Backends of the run; one more comes and goes.</summary>
    public const int Backends = 6;

    /// <summary>Listeners that come and go.</summary>
    public const int Extras = 3;

    /// <summary>How many addresses each backend has.</summary>
    public const int Variants = 2;

    private const int FirstListener = 21_000;
    private const int FirstBackend = 22_000;
    private const int Sources = 50;

    /// <summary>TCP and UDP; always there.</summary>
    public static IPEndPoint Main { get; } = new(IPAddress.Loopback, FirstListener);

    /// <summary>TCP, with limits that change.</summary>
    public static IPEndPoint Limited { get; } = new(IPAddress.Loopback, FirstListener + 1);

    /// <summary>TCP; not always there.</summary>
    public static IPEndPoint Extra(int number) => new(IPAddress.Loopback, FirstListener + 2 + number);

    public static int Backend(int number) => FirstBackend + number;

    /// <summary>One of a backend's addresses.</summary>
    public static IPEndPoint BackendAt(int number, int variant) => new(new IPAddress([127, 0, (byte)(1 + variant), 1]), Backend(number));

    /// <summary>Where a client comes from.</summary>
    public static IPAddress Source(long id) => new([127, 0, 9, (byte)(1 + (id % Sources))]);
}
