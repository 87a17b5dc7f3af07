// SPDX-License-Identifier: MIT
using System.Net.Security;
using System.Net.Sockets;
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor.Examinations;

/// <summary>Speaks TLS where the check is plain, and plain HTTP where it is TLS, over a connection of its own.</summary>
internal static class OtherProtocolExamination
{
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(2);

    public static async Task<OtherProtocolFinding> RunAsync(DoctorTarget target, CancellationToken cancellationToken)
    {
        DoctorTarget other = target with { Tls = !target.Tls, Timeout = target.Timeout < MostPatience ? target.Timeout : MostPatience };
        long start = TimeProvider.System.GetTimestamp();
        (_, Socket? socket) = await ConnectExamination.OpenAsync(other.EndPoint, other.Timeout, other.Timeout, cancellationToken).ConfigureAwait(false);
        if (socket is null)
        {
            return new OtherProtocolFinding(false, false);
        }

        using var stream = new NetworkStream(socket, ownsSocket: true);
        await ConnectExamination.GreetAsync(other, socket, cancellationToken).ConfigureAwait(false);
        if (!other.Tls)
        {
            HttpFinding answer = await HttpExamination.RunAsync(other, stream, start, cancellationToken).ConfigureAwait(false);
            return new OtherProtocolFinding(false, answer is { Outcome: AnswerOutcome.Answered, HintsAtTls: false });
        }

        (TlsFinding finding, _, SslStream? tls) = await TlsExamination.RunAsync(other, stream, start, cancellationToken).ConfigureAwait(false);
        tls?.Dispose();
        return new OtherProtocolFinding(finding.Outcome == TlsOutcome.Completed, false);
    }
}
