// SPDX-License-Identifier: MIT
using LbEngine.Admin.Doctor;
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Tests.Admin.Doctor;

/// <summary>A row of the diagnosis table: these findings must lead there.</summary>
/// <param name="Sentence">What the row is about.</param>
/// <param name="Target">What was asked.</param>
/// <param name="Cause">What must come out.</param>
/// <param name="Words">What the explanation must contain.</param>
/// <param name="Command">How the first command must begin; empty for none.</param>
/// <param name="Findings">What was seen.</param>
public sealed record DiagnosisCase(string Sentence, object Target, object Cause, string Words, string Command, params IReadOnlyList<object> Findings)
{
    internal Diagnosis Diagnose() => Diagnostician.Diagnose((DoctorTarget)Target, [.. Findings.Cast<Finding>()]);

    public override string ToString() => Sentence;
}
