// SPDX-License-Identifier: MIT
using System.Text.Json;
using LbEngine.Admin.Doctor;

namespace LbEngine.ConsoleHost.Doctor;

/// <summary>A diagnosis for programs.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Backend">The backend.</param>
/// <param name="Address">What was examined.</param>
/// <param name="Check">tcp, http or udp.</param>
/// <param name="IsHealthy">Whether it answers as the check wants.</param>
/// <param name="Cause">The cause in kebab-case, such as <c>loopback-only</c>.</param>
/// <param name="Explanation">The same for people.</param>
/// <param name="Evidence">What was seen.</param>
/// <param name="Next">What to run next.</param>
internal sealed record DiagnosisMessage(
    string Pool,
    string Backend,
    string Address,
    string Check,
    bool IsHealthy,
    string Cause,
    string Explanation,
    IReadOnlyList<string> Evidence,
    IReadOnlyList<NextStepMessage> Next)
{
    public static DiagnosisMessage From(BackendDiagnosis diagnosis) => new(
        diagnosis.Pool,
        diagnosis.Backend,
        diagnosis.Address,
        Word(diagnosis.Kind),
        diagnosis.IsHealthy,
        Word(diagnosis.Cause),
        diagnosis.Explanation,
        diagnosis.Evidence,
        [.. diagnosis.NextSteps.Select(step => new NextStepMessage(step.Command, step.IsHere ? "here" : "backend", step.Purpose))]);

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
