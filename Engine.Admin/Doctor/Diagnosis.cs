// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor;

/// <summary>What a backend suffers from.</summary>
/// <param name="Cause">The likely cause.</param>
/// <param name="Explanation">The same in words, with names and figures.</param>
/// <param name="Evidence">What was seen, in the order in which it was seen.</param>
/// <param name="Next">What to run next, the most telling first.</param>
internal sealed record Diagnosis(DiagnosisCause Cause, string Explanation, IReadOnlyList<string> Evidence, IReadOnlyList<NextStep> Next);
