// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor.Examinations;

/// <summary>Looks for signs of life of a host whose port does not answer: ping, and the link's table of neighbours.</summary>
internal static class HostExamination
{
    private const string Complete = "0x2";
    private const string NoHardwareAddress = "00:00:00:00:00:00";

    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(1);

    public static async Task<HostFinding> RunAsync(DoctorTarget target, CancellationToken cancellationToken)
    {
        IPAddress address = target.EndPoint.Address;
        TimeSpan limit = target.Timeout < MostPatience ? target.Timeout : MostPatience;
        (TimeSpan? time, bool couldPing) = await PingAsync(address, limit, cancellationToken).ConfigureAwait(false);
        NeighbourState neighbour = address.AddressFamily == AddressFamily.InterNetwork
            ? ParseNeighbour(ProcFile.ReadLines("/proc/net/arp"), address)
            : NeighbourState.Unknown;
        return new HostFinding(address, time, couldPing ? limit : null, neighbour);
    }

    /// <summary>Of <c>/proc/net/arp</c>: address, hardware type, flags, hardware address, mask, device.</summary>
    public static NeighbourState ParseNeighbour(IEnumerable<string> lines, IPAddress address)
    {
        foreach (string line in lines)
        {
            string[] fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length >= 6 && fields[0] == address.ToString())
            {
                return fields[2] == Complete && fields[3] != NoHardwareAddress ? NeighbourState.Present : NeighbourState.Absent;
            }
        }

        return NeighbourState.Unknown;
    }

    private static async Task<(TimeSpan? Time, bool CouldPing)> PingAsync(IPAddress address, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var ping = new Ping();
        try
        {
            PingReply reply = await ping.SendPingAsync(address, limit, cancellationToken: cancellationToken).ConfigureAwait(false);
            return (reply.Status == IPStatus.Success ? TimeSpan.FromMilliseconds(reply.RoundtripTime) : null, true);
        }
        catch (Exception exception) when (exception is PingException or PlatformNotSupportedException or SocketException)
        {
            return (null, false);
        }
    }
}
