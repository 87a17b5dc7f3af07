// SPDX-License-Identifier: MIT
using System.Net.Security;
using System.Net.Sockets;
using LbEngine.Admin.Doctor.Examinations;
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor;

/// <summary>Examines one backend: first what the check does, then whatever tells more about what went wrong.</summary>
internal static class Examiner
{
    /// <summary>Every step is bounded by the target's time-out; the longest road takes about five times that.</summary>
    public static async Task<IReadOnlyList<Finding>> ExamineAsync(DoctorTarget target, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        if (target.View is BalancerView view)
        {
            findings.Add(new BalancerFinding(view));
        }

        if (target.Name is NameFinding name)
        {
            findings.Add(name);
            if (name.Failure is not null)
            {
                return findings;
            }
        }

        bool isAnswered = target.Kind == ExaminationKind.Udp
            ? await ExamineDatagramsAsync(target, findings, cancellationToken).ConfigureAwait(false)
            : await ExamineConnectionAsync(target, findings, cancellationToken).ConfigureAwait(false);
        LocalSocketFinding? local = await LocalSocketExamination.RunAsync(target, cancellationToken).ConfigureAwait(false);
        if (local is not null)
        {
            findings.Add(local);
        }

        if (!isAnswered)
        {
            findings.AddRange(await OtherPortExamination.RunAsync(target, cancellationToken).ConfigureAwait(false));
            if (local is null)
            {
                findings.Add(await HostExamination.RunAsync(target, cancellationToken).ConfigureAwait(false));
            }
        }

        return findings;
    }

    /// <summary>True when the port answered in any way.</summary>
    private static async Task<bool> ExamineDatagramsAsync(DoctorTarget target, List<Finding> findings, CancellationToken cancellationToken)
    {
        DatagramFinding finding = await DatagramExamination.RunAsync(target, cancellationToken).ConfigureAwait(false);
        findings.Add(finding);
        return finding.Outcome == DatagramOutcome.Answered;
    }

    /// <summary>True when the connection opened.</summary>
    private static async Task<bool> ExamineConnectionAsync(DoctorTarget target, List<Finding> findings, CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        (ConnectFinding connect, Socket? socket) = await ConnectExamination
            .OpenAsync(target.EndPoint, target.Timeout, target.Patience, cancellationToken, target.Source)
            .ConfigureAwait(false);
        findings.Add(connect);
        if (socket is null)
        {
            if (connect.Outcome is ConnectOutcome.Refused or ConnectOutcome.Unreachable
                && await IcmpExamination.RunAsync(target, cancellationToken).ConfigureAwait(false) is IcmpFinding icmp)
            {
                findings.Add(icmp);
            }

            return connect.Outcome == ConnectOutcome.Reset;
        }

        using var stream = new NetworkStream(socket, ownsSocket: true);
        await ConnectExamination.GreetAsync(target, socket, cancellationToken).ConfigureAwait(false);
        await ExamineStreamAsync(target, stream, start, findings, cancellationToken).ConfigureAwait(false);
        if (target.IsTransparent)
        {
            findings.Add(await ForeignExamination.RunAsync(target, cancellationToken).ConfigureAwait(false));
        }

        return true;
    }

    private static async Task ExamineStreamAsync(
        DoctorTarget target, NetworkStream stream, long start, List<Finding> findings, CancellationToken cancellationToken)
    {
        if (!target.Tls)
        {
            await AskAsync(target, stream, start, findings, cancellationToken).ConfigureAwait(false);
            return;
        }

        (TlsFinding tls, CertificateFinding? certificate, SslStream? secured) = await TlsExamination
            .RunAsync(target, stream, start, cancellationToken)
            .ConfigureAwait(false);
        findings.Add(tls);
        if (certificate is not null)
        {
            findings.Add(certificate);
        }

        if (secured is null)
        {
            findings.Add(await OtherProtocolExamination.RunAsync(target, cancellationToken).ConfigureAwait(false));
            return;
        }

        using (secured)
        {
            await AskAsync(target, secured, start, findings, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task AskAsync(DoctorTarget target, Stream stream, long start, List<Finding> findings, CancellationToken cancellationToken)
    {
        if (target.Kind != ExaminationKind.Http)
        {
            findings.Add(await StreamExamination.RunAsync(target, stream, start, cancellationToken).ConfigureAwait(false));
            return;
        }

        HttpFinding answer = await HttpExamination.RunAsync(target, stream, start, cancellationToken).ConfigureAwait(false);
        findings.Add(answer);
        bool isStrange = answer.HintsAtTls || answer.Outcome is AnswerOutcome.Foreign or AnswerOutcome.Closed or AnswerOutcome.Reset;
        if (isStrange && !target.Tls)
        {
            findings.Add(await OtherProtocolExamination.RunAsync(target, cancellationToken).ConfigureAwait(false));
        }
    }
}
