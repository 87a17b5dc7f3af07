// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.ConsoleHost.Admin;
using LbEngine.ConsoleHost.Admin.Messages;
using LbEngine.ConsoleHost.Client;

namespace LbEngine.ConsoleHost.Doctor;

/// <summary>The backends of a running balancer, with what it says of them.</summary>
internal static class RunningTargets
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(2);

    /// <exception cref="AdminClientException">No balancer answers.</exception>
    public static async Task<IReadOnlyList<DoctorTarget>> ReadAsync(AdminClient client, CancellationToken cancellationToken)
    {
        byte[] status = await client.SendAsync(HttpMethod.Get, "v1/status", null, cancellationToken);
        byte[] backends = await client.SendAsync(HttpMethod.Get, "v1/backends", null, cancellationToken);
        return [.. Create(AdminAction.Read(status, AdminJson.Default.StatusMessage), AdminAction.Read(backends, AdminJson.Default.BackendListMessage))];
    }

    private static IEnumerable<DoctorTarget> Create(StatusMessage status, BackendListMessage list) => list.Backends.SelectMany(backend =>
        Kinds(status, backend.Pool).Select(kind => new DoctorTarget(backend.Pool, backend.Name, IPEndPoint.Parse(backend.Address), kind, DefaultTimeout)
        {
            View = new BalancerView(backend),
        }));

    private static IEnumerable<ExaminationKind> Kinds(StatusMessage status, string pool)
    {
        string[] protocols = [.. status.Listeners.Where(listener => listener.Pool == pool).Select(listener => listener.Protocol).Distinct().Order()];
        return protocols.Length == 0 ? [ExaminationKind.Tcp] : protocols.Select(protocol => protocol == "udp" ? ExaminationKind.Udp : ExaminationKind.Tcp);
    }
}
