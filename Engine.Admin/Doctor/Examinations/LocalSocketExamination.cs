// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.NetworkInformation;
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor.Examinations;

/// <summary>Looks into this host's own tables when the backend's address is one of this host.</summary>
internal static class LocalSocketExamination
{
    /// <summary>Null for an address of another host, and where there are no such tables.</summary>
    public static async Task<LocalSocketFinding?> RunAsync(DoctorTarget target, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || !IsOwn(target.EndPoint.Address))
        {
            return null;
        }

        bool isTcp = target.Kind != ExaminationKind.Udp;
        IReadOnlyList<LocalSocket> all = SocketTable.Read(isTcp);
        LocalSocket[] same = [.. all.Where(socket => socket.EndPoint.Port == target.EndPoint.Port)];
        IEnumerable<LocalSocket> otherPorts = all.Where(socket => socket.EndPoint.Port != target.EndPoint.Port);
        int[] others =
        [
            .. otherPorts.Where(socket => socket.Takes(target.EndPoint.Address)).Select(socket => socket.EndPoint.Port).Distinct().Order(),
        ];
        if (same.Length > 0)
        {
            IReadOnlyDictionary<long, List<SocketOwner>> owners = SocketOwners.Find(same.Select(socket => socket.Inode).ToHashSet());
            IReadOnlyDictionary<string, long> backlogs = isTcp
                ? await BacklogReader.ReadAsync(target.EndPoint.Port, cancellationToken).ConfigureAwait(false)
                : new Dictionary<string, long>();
            same = [.. same.Select(socket => socket with
            {
                Owners = owners.GetValueOrDefault(socket.Inode) ?? [],
                Backlog = backlogs.TryGetValue(Written(socket.EndPoint), out long most) ? most : null,
            })];
        }

        return new LocalSocketFinding(target.EndPoint, isTcp, same, others);
    }

    private static bool IsOwn(IPAddress address)
    {
        try
        {
            return IPAddress.IsLoopback(address)
                || NetworkInterface.GetAllNetworkInterfaces()
                    .Any(network => network.GetIPProperties().UnicastAddresses.Any(own => own.Address.Equals(address)));
        }
        catch (NetworkInformationException)
        {
            return false;
        }
    }

    /// <summary>As ss writes it: a star for a socket of both IP versions.</summary>
    private static string Written(IPEndPoint endPoint) => endPoint.Address.Equals(IPAddress.IPv6Any) ? $"*:{endPoint.Port}" : endPoint.ToString();
}
