// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Benchmarks.Udp;

/// <summary>What to send where.</summary>
/// <param name="Target">The balancer.</param>
/// <param name="Flows">Client ports.</param>
/// <param name="Outstanding">Datagrams in flight on each.</param>
/// <param name="Size">Bytes of each datagram.</param>
/// <param name="Seconds">How long to measure.</param>
/// <param name="WarmUpSeconds">How long to run before that.</param>
/// <param name="LossMilliseconds">A datagram without a reply for this long is lost.</param>
/// <param name="Burst">Sends again only when every reply of the flow has come, all at once.</param>
/// <param name="ProcessId">A process on this machine whose processor time is divided by the replies; 0 for none.</param>
internal sealed record UdpLoadSettings(
    IPEndPoint Target,
    int Flows,
    int Outstanding,
    int Size,
    int Seconds,
    int WarmUpSeconds,
    int LossMilliseconds,
    bool Burst,
    int ProcessId)
{
    public static UdpLoadSettings Parse(IReadOnlyList<string> words)
    {
        var settings = new CommandSettings(words);
        var parsed = new UdpLoadSettings(
            IPEndPoint.Parse(settings.Text("target")),
            settings.Number("flows", 200),
            settings.Number("outstanding", 4),
            settings.Number("size", 100),
            settings.Number("seconds", 5),
            settings.Number("warm-up", 1),
            settings.Number("loss-ms", 500),
            settings.Switch("burst"),
            settings.Number("pid", 0));
        settings.EnsureAllKnown();
        return parsed.Size is >= LoadDatagram.HeaderLength and <= 65507
            ? parsed
            : throw new ArgumentException($"--size must be from {LoadDatagram.HeaderLength} to 65507, was {parsed.Size}.");
    }
}
