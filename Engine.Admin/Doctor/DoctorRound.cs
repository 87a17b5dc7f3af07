// SPDX-License-Identifier: MIT
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor;

/// <summary>Examines several backends at once, in the order of the configuration.</summary>
internal static class DoctorRound
{
    private const int AtOnce = 16;

    public static async Task<IReadOnlyList<(DoctorTarget Target, Diagnosis Diagnosis)>> RunAsync(IReadOnlyList<DoctorTarget> targets, CancellationToken cancellationToken)
    {
        await WarmUp.RunAsync(cancellationToken);
        using var places = new SemaphoreSlim(AtOnce);
        return await Task.WhenAll(targets.Select(async target =>
        {
            await places.WaitAsync(cancellationToken);
            try
            {
                return (target, await DiagnoseAsync(target, cancellationToken));
            }
            finally
            {
                places.Release();
            }
        }));
    }

    private static async Task<Diagnosis> DiagnoseAsync(DoctorTarget target, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<Finding> findings = await Examiner.ExamineAsync(target, cancellationToken);
            return Diagnostician.Diagnose(target, findings);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A backend may answer with anything, and one of them must not keep the others from being examined.
            return new Diagnosis(Cause.NotExamined, $"the examination failed: {exception.GetType().Name}: {Figures.Preview(exception.Message)}", [], []);
        }
    }
}
