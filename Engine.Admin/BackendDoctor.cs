// SPDX-License-Identifier: MIT
using LbEngine.Admin.Doctor;
using LbEngine.Admin.Doctor.Targets;
using LbEngine.Admin.Messages;
using LbEngine.Configuration;
using LbEngine.Observability;

namespace LbEngine.Admin;

/// <summary>Says why a backend does not serve: the cause, what was seen, and what to run next.</summary>
/// <remarks>
/// A backend is asked what its pool's health check asks; without one, whether a connection opens, or a datagram is not refused. When that fails, the
/// doctor looks
/// further: at other ports of the configuration, ping, the neighbours on the link, the sockets of this host, the other of TLS and plain text. It opens a few
/// connections of its own from this process, changes nothing, and takes at most some five times the time-out. Backends are examined 16 at a time.
/// </remarks>
/// <example>
/// <code>
/// foreach (BackendDiagnosis diagnosis in await balancer.DiagnoseAsync("site", "a"))
/// {
///     Console.WriteLine(diagnosis);
/// }
/// </code>
/// </example>
public static class BackendDoctor
{
    /// <summary>Examines one backend of an engine in this process, with what the engine knows of it.</summary>
    /// <param name="balancer">The engine; it need not be started.</param>
    /// <param name="pool">Name of the pool.</param>
    /// <param name="backend">Name of the backend, as it is configured or in the status. One that is a host name stands for all of its addresses.</param>
    /// <param name="request">What to ask instead of what the pool asks; null for nothing else.</param>
    /// <param name="cancellationToken">Ends the examination.</param>
    /// <returns>
    /// One diagnosis; several for a host name with several addresses (named <c>a@10.0.0.1</c>), and for a pool without a health check that has both
    /// TCP and UDP listeners.
    /// </returns>
    /// <exception cref="ArgumentException">There is no such backend, and it says which there are; or the request has mistakes, and it lists all of
    /// them.</exception>
    public static Task<IReadOnlyList<BackendDiagnosis>> DiagnoseAsync(
        this LoadBalancer balancer, string pool, string backend, DoctorRequest? request = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(balancer);
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(backend);
        return DiagnoseEngineAsync(balancer, pool, backend, request, cancellationToken);
    }

    /// <summary>Examines every backend of an engine in this process, with what the engine knows of them.</summary>
    /// <param name="balancer">The engine; it need not be started.</param>
    /// <param name="request">What to ask instead of what the pools ask; null for nothing else.</param>
    /// <param name="cancellationToken">Ends the examination.</param>
    /// <returns>The diagnoses, in the order of the configuration.</returns>
    /// <exception cref="ArgumentException">The request has mistakes; lists all of them.</exception>
    public static Task<IReadOnlyList<BackendDiagnosis>> DiagnoseAllAsync(
        this LoadBalancer balancer, DoctorRequest? request = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(balancer);
        return DiagnoseEngineAsync(balancer, null, null, request, cancellationToken);
    }

    /// <summary>Examines backends of a configuration, whether a balancer goes by it or not.</summary>
    /// <param name="configuration">The configuration, without mistakes; it is not changed. Host names are looked up from here.</param>
    /// <param name="pool">Name of the pool; null for all.</param>
    /// <param name="backend">Name of the backend; null for all.</param>
    /// <param name="request">What to ask instead of what the pools ask; null for nothing else.</param>
    /// <param name="cancellationToken">Ends the examination.</param>
    /// <returns>The diagnoses, in the order of the configuration; none when the configuration has no backend.</returns>
    /// <exception cref="ArgumentException">There is no such backend, or the request has mistakes.</exception>
    public static async Task<IReadOnlyList<BackendDiagnosis>> DiagnoseConfigurationAsync(
        LoadBalancerOptions configuration,
        string? pool = null,
        string? backend = null,
        DoctorRequest? request = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        IReadOnlyList<DoctorTarget> targets = await ConfiguredTargets.ResolveAsync(configuration, cancellationToken).ConfigureAwait(false);
        return await DoctorRound.RunAsync(targets, pool, backend, request ?? new DoctorRequest(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Examines backends of a balancer in another process, from here, with what that balancer says of them.</summary>
    /// <param name="status">Its reply to <c>GET /v1/status</c>.</param>
    /// <param name="backends">Its reply to <c>GET /v1/backends</c>.</param>
    /// <param name="pool">Name of the pool; null for all.</param>
    /// <param name="backend">Name of the backend; null for all.</param>
    /// <param name="request">What to ask instead of what the pools ask; null for nothing else.</param>
    /// <param name="cancellationToken">Ends the examination.</param>
    /// <returns>The diagnoses, in the order of the reply; none when there is no backend.</returns>
    /// <exception cref="ArgumentException">There is no such backend, or the request has mistakes.</exception>
    /// <exception cref="FormatException">The replies have what no balancer says, such as a backend without an address.</exception>
    public static async Task<IReadOnlyList<BackendDiagnosis>> DiagnoseRemoteAsync(
        StatusMessage status,
        BackendListMessage backends,
        string? pool = null,
        string? backend = null,
        DoctorRequest? request = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(status);
        ArgumentNullException.ThrowIfNull(backends);
        IReadOnlyList<DoctorTarget> targets = await RunningTargets.ResolveAsync(status, backends, cancellationToken).ConfigureAwait(false);
        return await DoctorRound.RunAsync(targets, pool, backend, request ?? new DoctorRequest(), cancellationToken).ConfigureAwait(false);
    }

    private static Task<IReadOnlyList<BackendDiagnosis>> DiagnoseEngineAsync(
        LoadBalancer balancer, string? pool, string? backend, DoctorRequest? request, CancellationToken cancellationToken)
    {
        LoadBalancerStatus status = balancer.GetStatus();
        var backends = new BackendListMessage(StatusMessages.Backends(status, null), StatusMessages.Names(status, null));
        return DiagnoseRemoteAsync(StatusMessages.From(status, balancer.GetConfiguration()), backends, pool, backend, request, cancellationToken);
    }
}
