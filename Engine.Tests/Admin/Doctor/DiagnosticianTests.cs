// SPDX-License-Identifier: MIT
using LbEngine.Admin.Doctor;

namespace LbEngine.Tests.Admin.Doctor;

public class DiagnosticianTests
{
    public static TheoryData<DiagnosisCase> Rows => [.. DiagnosisTable.Rows];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Diagnose_Findings_NamesTheCauseAndTheCommand(DiagnosisCase row)
    {
        Diagnosis diagnosis = row.Diagnose();

        Assert.Equal(row.Cause, diagnosis.Cause);
        Assert.Contains(row.Words, diagnosis.Explanation, StringComparison.Ordinal);
        Assert.StartsWith(row.Command, diagnosis.Next is [NextStep first, ..] ? first.Command : "", StringComparison.Ordinal);
        Assert.Equal(row.Command.Length == 0, diagnosis.Next.Count == 0);
    }

    [Fact]
    public void Rows_Together_ReachEveryCause()
    {
        IEnumerable<DiagnosisCause> reached = DiagnosisTable.Rows.Select(row => (DiagnosisCause)row.Cause);

        Assert.Empty(Enum.GetValues<DiagnosisCause>().Except(reached));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Format_Diagnosis_FitsTheWidthAndLosesNothing(DiagnosisCase row)
    {
        Diagnosis diagnosis = row.Diagnose();

        string[] lines = [.. DiagnosisText.Format(BackendDiagnosis.Of((DoctorTarget)row.Target, diagnosis))];

        Assert.All(lines, line => Assert.InRange(line.Length, 1, 100));
        string words = string.Join(' ', string.Join(' ', lines).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.All([diagnosis.Explanation, .. diagnosis.Evidence], text => Assert.Contains(text, words, StringComparison.Ordinal));
    }

    [Fact]
    public void Format_LongWords_BreaksThemAndKeepsCommandsForTheShell()
    {
        string name = new('x', 250);
        DoctorTarget target = DoctorTargets.Tcp with { Backend = name };
        var step = new NextStep($"curl {string.Join(' ', Enumerable.Repeat("-H 'a: b'", 15))}", true, "purpose");
        var diagnosis = new Diagnosis(DiagnosisCause.Refused, name, [name], [step]);

        string[] lines = [.. DiagnosisText.Format(BackendDiagnosis.Of(target, diagnosis))];

        Assert.All(lines, line => Assert.InRange(line.Length, 1, 100));
        string[] command = [.. lines.SkipWhile(line => !line.Contains("curl", StringComparison.Ordinal))];
        Assert.Equal([true, false], command.Select(line => line.EndsWith(" \\", StringComparison.Ordinal)));
    }
}
