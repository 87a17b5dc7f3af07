// SPDX-License-Identifier: MIT
using LbEngine.Admin.Doctor.Findings;
using LbEngine.Configuration;

namespace LbEngine.Admin.Doctor;

/// <summary>Examines several backends at once, in the order of the configuration.</summary>
internal static class DoctorRound
{
    private const int AtOnce = 16;
    private const int MostNamed = 10;

    /// <exception cref="ArgumentException">There is no such backend, or the request has mistakes.</exception>
    public static async Task<IReadOnlyList<BackendDiagnosis>> RunAsync(
        IReadOnlyList<DoctorTarget> all, string? pool, string? backend, DoctorRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<ConfigurationError> mistakes = request.Check();
        if (mistakes.Count > 0)
        {
            throw new ArgumentException($"The request cannot be carried out: {string.Join("; ", mistakes)}.");
        }

        DoctorTarget[] targets = Select(all, pool, backend, request);
        await WarmUp.RunAsync(cancellationToken).ConfigureAwait(false);
        using var places = new SemaphoreSlim(AtOnce);
        return await Task.WhenAll(targets.Select(async target =>
        {
            await places.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return BackendDiagnosis.Of(target, await DiagnoseAsync(target, cancellationToken).ConfigureAwait(false));
            }
            finally
            {
                places.Release();
            }
        })).ConfigureAwait(false);
    }

    private static DoctorTarget[] Select(IReadOnlyList<DoctorTarget> all, string? pool, string? backend, DoctorRequest request)
    {
        DoctorTarget[] named = [.. all.Where(target => (pool is null || target.Pool == pool) && (backend is null || IsNamed(target, backend)))];
        if (named.Length == 0 && (pool is not null || backend is not null))
        {
            string known = string.Join(", ", all.Select(target => $"{target.Pool}/{target.Backend}").Distinct().Take(MostNamed));
            throw new ArgumentException($"There is no backend {Figures.Preview($"{pool ?? "*"}/{backend ?? "*"}")}; there are: {known}.");
        }

        // A path, and TLS, are questions for the TCP side of a backend that has both.
        bool isUdpAlone = named.All(target => target.Kind == ExaminationKind.Udp);
        return [.. named.Where(target => !request.AsksTcp || isUdpAlone || target.Kind != ExaminationKind.Udp).Select(request.Apply)];
    }

    /// <summary>A host name means each of its addresses, which are named <c>a@10.0.0.1</c>.</summary>
    private static bool IsNamed(DoctorTarget target, string backend) =>
        target.Backend == backend || target.Backend.StartsWith(backend + "@", StringComparison.Ordinal);

    private static async Task<Diagnosis> DiagnoseAsync(DoctorTarget target, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<Finding> findings = await Examiner.ExamineAsync(target, cancellationToken).ConfigureAwait(false);
            return Diagnostician.Diagnose(target, findings);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A backend may answer with anything, and one of them must not keep the others from being examined.
            return new Diagnosis(
                DiagnosisCause.NotExamined, $"the examination failed: {exception.GetType().Name}: {Figures.Preview(exception.Message)}", [], []);
        }
    }
}
