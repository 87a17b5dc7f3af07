// SPDX-License-Identifier: MIT
using LbEngine.Configuration;
using LbEngine.Transport;

namespace LbEngine.Admin;

/// <summary>Reloads a configuration as an operator wants it: with a result in words instead of exceptions.</summary>
public static class LoadBalancerReload
{
    /// <summary>Goes by a configuration that was just read: <see cref="LoadBalancer.ApplyAsync"/>, with every way of refusal in the result.</summary>
    /// <param name="balancer">The engine.</param>
    /// <param name="read">What was read; its mistakes refuse the reload.</param>
    /// <param name="force">Allows the removal of more than half of all backends.</param>
    /// <param name="cancellationToken">Ends the wait for another change that is going on; a change that has begun is carried out.</param>
    /// <returns>How it ended. When it was refused, the old configuration goes on whole.</returns>
    public static async Task<ReloadResult> ReloadAsync(
        this LoadBalancer balancer, LoadBalancerOptionsReadResult read, bool force = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(balancer);
        ArgumentNullException.ThrowIfNull(read);
        if (read.Errors.Count > 0)
        {
            return new ReloadResult { Mistakes = read.Errors };
        }

        try
        {
            IReadOnlyList<ConfigurationChange> changes = await balancer.ApplyAsync(read.Options, force, cancellationToken).ConfigureAwait(false);
            return new ReloadResult { Changes = changes, Warnings = read.Warnings };
        }
        catch (LoadBalancerConfigurationException exception)
        {
            return new ReloadResult { Mistakes = exception.Errors };
        }
        catch (Exception exception) when (exception is ListenerBindException or InvalidOperationException)
        {
            return new ReloadResult { Conflict = exception.Message };
        }
    }
}
