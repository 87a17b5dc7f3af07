// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor;

/// <summary>What the doctor has found out about one backend. <see cref="ToString"/> is all of it for a terminal or a log.</summary>
public sealed class BackendDiagnosis
{
    private readonly DoctorTarget _target;
    private readonly Diagnosis _diagnosis;

    internal BackendDiagnosis(DoctorTarget target, Diagnosis diagnosis)
    {
        _target = target;
        _diagnosis = diagnosis;
    }

    /// <summary>Name of the pool.</summary>
    public string Pool => _target.Pool;

    /// <summary>Name of the backend; that of one address of a host name is such as <c>a@10.0.0.1</c>.</summary>
    public string Backend => _target.Backend;

    /// <summary>The address and port that was examined: the backend's own, or those of its health check; the host name where that leads nowhere.</summary>
    public string Address => _target.Address;

    /// <summary>What was asked.</summary>
    public ExaminationKind Kind => _target.Kind;

    /// <summary>Whether TLS was spoken.</summary>
    public bool UsesTls => _target.Tls;

    /// <summary>Whether it answers as the check wants.</summary>
    public bool IsHealthy => _diagnosis.Cause == DiagnosisCause.Healthy;

    /// <summary>The likely cause.</summary>
    public DiagnosisCause Cause => _diagnosis.Cause;

    /// <summary>The same in words, with names and figures.</summary>
    public string Explanation => _diagnosis.Explanation;

    /// <summary>What was seen, in the order in which it was seen.</summary>
    public IReadOnlyList<string> Evidence => _diagnosis.Evidence;

    /// <summary>What to run next, the most telling first; none for a healthy backend.</summary>
    public IReadOnlyList<NextStep> NextSteps => _diagnosis.Next;

    /// <summary>All of it in lines of at most 100 columns, separated by line feeds: what <c>lb doctor</c> prints.</summary>
    public override string ToString() => string.Join('\n', DiagnosisText.Format(_target, _diagnosis));
}
