// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using LbEngine.Admin.Doctor;
using LbEngine.Admin.Doctor.Examinations;
using LbEngine.Admin.Doctor.Findings;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Tests.Admin.Doctor;
using LbEngine.Tests.Harness.Stages;
using LbEngine.Tests.Harness.Streams;
using LbEngine.Tests.Transport.Probes;
using LbEngine.Transport.Linux.Probes;
using LbEngine.Transport.Probes;
using LbEngine.Transport.Sockets.Probes;

namespace LbEngine.Tests.EndToEnd.Health;

/// <summary>Answers that come byte by byte over real sockets: the health check of each transport and the doctor say the same.</summary>
public sealed class HttpJudgementTests : EndToEndTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [MemberData(nameof(Transports.Both), MemberType = typeof(Transports))]
    public async Task Probe_AnswerByteByByte_FindsWhatTheWholeAnswerIs(TransportKind transport)
    {
        ProbeDrive drive = transport == TransportKind.Linux ? LinuxProber.Open(TimeProvider.System) : SocketProber.Open(TimeProvider.System);
        var wrong = new List<string>();
        foreach (HttpAnswerCase one in Judged())
        {
            using var backend = new DrippingBackend(one.Bytes, one.IsLast);
            var check = new HealthCheck(new HealthOptions { Type = HealthCheckType.Http, ExpectBody = one.Body, Timeout = Patience });
            var listener = new Listener();

            drive.Prober.Start(check, backend.EndPoint, listener);
            ProbeResult result = await listener.Found.Task.WaitAsync(Patience);

            string found = $"{result.Cause} {result.Status} {result.Detail}".TrimEnd();
            if (found != one.Expected)
            {
                wrong.Add($"{one.Sentence}: {found} instead of {one.Expected}");
            }
        }

        drive.Loop.Dispose();
        drive.Prober.Dispose();
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Doctor_AnswerByteByByte_AgreesWithTheHealthCheck()
    {
        var wrong = new List<string>();
        foreach (HttpAnswerCase one in Judged())
        {
            using var backend = new DrippingBackend(one.Bytes, one.IsLast);
            DoctorTarget target = DoctorTargets.Http with { EndPoint = backend.EndPoint, ExpectBody = one.Body, Timeout = Patience };
            using var client = new TcpClient();
            await client.ConnectAsync(backend.EndPoint).WaitAsync(Patience);

            HttpFinding finding = await HttpExamination.RunAsync(target, client.GetStream(), TimeProvider.System.GetTimestamp(), CancellationToken.None);
            DiagnosisCause cause = Diagnostician.Diagnose(target, [finding]).Cause;

            if (cause != HttpAnswerCases.DiagnosisOf(one))
            {
                wrong.Add($"{one.Sentence}: {cause} instead of {HttpAnswerCases.DiagnosisOf(one)}");
            }
        }

        Assert.Empty(wrong);
    }

    /// <summary>Without those that wait for more: they would take the whole time-out.</summary>
    private static IEnumerable<HttpAnswerCase> Judged() => HttpAnswerCases.All.Where(one => one.Expected != HttpAnswerCases.Nothing);

    private sealed class Listener : IProbeListener
    {
        public TaskCompletionSource<ProbeResult> Found { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void OnProbed(ProbeResult result) => Found.TrySetResult(result);
    }
}
