// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor;

/// <summary>What a rule concludes: a <see cref="Diagnosis"/> without its evidence.</summary>
internal sealed record Verdict(DiagnosisCause Cause, string Explanation, params IReadOnlyList<NextStep> Next);
