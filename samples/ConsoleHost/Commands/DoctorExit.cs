// SPDX-License-Identifier: MIT
using LbEngine.Admin.Doctor;

namespace LbEngine.ConsoleHost.Commands;

/// <summary>What <c>lb doctor</c> tells the shell.</summary>
internal static class DoctorExit
{
    public const int Healthy = 0;

    public const int Fault = 1;

    /// <summary>A wrong file or name, no balancer, or this host is short of something.</summary>
    public const int NotExamined = 2;

    public static int Of(IEnumerable<BackendDiagnosis> diagnoses)
    {
        DiagnosisCause[] causes = [.. diagnoses.Select(diagnosis => diagnosis.Cause)];
        bool hasFault = causes.Any(cause => cause is not (DiagnosisCause.Healthy or DiagnosisCause.NotExamined));
        return hasFault ? Fault : causes.Contains(DiagnosisCause.NotExamined) ? NotExamined : Healthy;
    }
}
