// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor.Examinations;

/// <summary>Tries other ports of the configuration on the same host: does it answer elsewhere?</summary>
internal static class OtherPortExamination
{
    private const int MostPorts = 6;

    public static async Task<IReadOnlyList<OtherPortFinding>> RunAsync(DoctorTarget target, CancellationToken cancellationToken)
    {
        TimeSpan limit = target.Timeout < TimeSpan.FromSeconds(1) ? target.Timeout : TimeSpan.FromSeconds(1);
        return await Task.WhenAll(target.OtherPorts.Where(port => port.Port != target.EndPoint.Port).Take(MostPorts).Select(async port =>
        {
            var endPoint = new IPEndPoint(target.EndPoint.Address, port.Port);
            (ConnectFinding finding, Socket? socket) = await ConnectExamination.OpenAsync(endPoint, limit, limit, cancellationToken).ConfigureAwait(false);
            socket?.Dispose();
            return new OtherPortFinding(port, finding.Outcome, finding.Elapsed);
        })).ConfigureAwait(false);
    }
}
