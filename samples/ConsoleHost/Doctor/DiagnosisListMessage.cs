// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Doctor;

/// <summary>What <c>lb doctor --json</c> prints.</summary>
internal sealed record DiagnosisListMessage(IReadOnlyList<DiagnosisMessage> Diagnoses);
