// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor;

/// <summary>What the doctor has found out about one backend. <see cref="ToString"/> is all of it for a terminal or a log.</summary>
/// <param name="Pool">Name of the pool.</param>
/// <param name="Backend">Name of the backend; that of one address of a host name is such as <c>a@10.0.0.1</c>.</param>
/// <param name="Address">The address and port that was examined: the backend's own, or those of its health check; the host name where that leads
/// nowhere.</param>
/// <param name="Kind">What was asked.</param>
/// <param name="UsesTls">Whether TLS was spoken.</param>
/// <param name="Cause">The likely cause.</param>
/// <param name="Explanation">The same in words, with names and figures.</param>
/// <param name="Evidence">What was seen, in the order in which it was seen.</param>
/// <param name="NextSteps">What to run next, the most telling first; none for a healthy backend.</param>
public sealed record BackendDiagnosis(
    string Pool,
    string Backend,
    string Address,
    ExaminationKind Kind,
    bool UsesTls,
    DiagnosisCause Cause,
    string Explanation,
    IReadOnlyList<string> Evidence,
    IReadOnlyList<NextStep> NextSteps)
{
    /// <summary>Whether it answers as the check wants.</summary>
    public bool IsHealthy => Cause == DiagnosisCause.Healthy;

    /// <summary>All of it in lines of at most 100 columns, separated by line feeds: what <c>lb doctor</c> prints.</summary>
    public override string ToString() => string.Join('\n', DiagnosisText.Format(this));

    internal static BackendDiagnosis Of(DoctorTarget target, Diagnosis diagnosis) => new(
        target.Pool,
        target.Backend,
        target.Address,
        target.Kind,
        target.Tls,
        diagnosis.Cause,
        diagnosis.Explanation,
        diagnosis.Evidence,
        diagnosis.Next);
}
