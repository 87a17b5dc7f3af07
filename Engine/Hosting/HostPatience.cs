// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LbEngine.Hosting;

/// <summary>How long the host still waits for the services that it stops: its <c>HostOptions.ShutdownTimeout</c>, less what others have used up.</summary>
internal sealed class HostPatience : IDisposable
{
    private readonly IServiceProvider _services;
    private readonly TimeProvider _timeProvider;
    private readonly CancellationTokenRegistration _stopping;
    private long? _stoppedAt;

    public HostPatience(IServiceProvider services, TimeProvider timeProvider)
    {
        _services = services;
        _timeProvider = timeProvider;
        if (services.GetService<IHostApplicationLifetime>() is IHostApplicationLifetime lifetime)
        {
            // The host counts from here, and may stop other services before this one.
            _stopping = lifetime.ApplicationStopping.Register(() => _stoppedAt = timeProvider.GetTimestamp());
        }
    }

    /// <summary><see cref="Timeout.InfiniteTimeSpan"/> when the host waits for ever, or nobody knows how long.</summary>
    public TimeSpan ReadRemaining()
    {
        TimeSpan whole = ReadTimeout();
        return whole == Timeout.InfiniteTimeSpan || _stoppedAt is not long stoppedAt ? whole : whole - _timeProvider.GetElapsedTime(stoppedAt);
    }

    public void Dispose() => _stopping.Dispose();

    private TimeSpan ReadTimeout()
    {
        try
        {
            return ReadOptions(_services) ?? Timeout.InfiniteTimeSpan;
        }
        catch (Exception exception) when (exception is FileNotFoundException or TypeLoadException)
        {
            // A host that is none of Microsoft.Extensions.Hosting. The package does not depend on that assembly: whoever embeds without a host
            // would get twenty others with it, and whoever has a host has it.
            return Timeout.InfiniteTimeSpan;
        }
    }

    // Not inlined: the assembly of HostOptions is looked for when this is called, and not before.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TimeSpan? ReadOptions(IServiceProvider services) => services.GetService<IOptions<HostOptions>>()?.Value.ShutdownTimeout;
}
