// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using LbEngine.Configuration;
using LbEngine.Observability;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LbEngine.Hosting;

/// <summary>Runs a <see cref="LoadBalancer"/> inside a .NET host.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Adds an engine that is configured by a section, such as <c>configuration.GetSection("LoadBalancer")</c>.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section">The section whose children are the schema. It is read once, when the host starts.</param>
    /// <param name="configure">Adds what a configuration cannot say, such as schedulers of your own.</param>
    /// <returns>The same services.</returns>
    /// <remarks>
    /// <para>
    /// The engine starts and stops with the host and can be injected as <see cref="LoadBalancer"/>. It uses the host's loggers, and a
    /// <see cref="TimeProvider"/> if one is registered. A configuration with mistakes fails the start of the host with a
    /// <see cref="LoadBalancerConfigurationException"/> that lists all of them.
    /// </para>
    /// <para>
    /// On stop the engine drains as the configuration says, but no longer than the host's <c>ShutdownTimeout</c> (30 s by default):
    /// then every connection that is left is closed at once. Raise it to give drains more time.
    /// </para>
    /// </remarks>
    /// <exception cref="InvalidOperationException">These services have an engine already.</exception>
    [SuppressMessage("ApiDesign", "RS0026", Justification = "The overloads differ in a required argument, so that no call can mean both.")]
    public static IServiceCollection AddLoadBalancer(
        this IServiceCollection services, IConfiguration section, Action<LoadBalancerBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);

        return Add(services, (builder, logger) =>
        {
            configure?.Invoke(builder);
            LoadBalancerOptionsReadResult result = LoadBalancerOptionsReader.Read(section, builder.SchedulerNames);
            builder.Configure(result.GetOptionsOrThrow());
            foreach (ConfigurationWarning warning in result.Warnings)
            {
                EngineLog.ConfigurationDoubtful(logger, warning.Path, warning.Message);
            }
        });
    }

    /// <summary>Adds an engine that is configured in code.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configureOptions">Fills the options; called once, when the host starts.</param>
    /// <param name="configure">Adds what options cannot say, such as schedulers of your own.</param>
    /// <returns>The same services.</returns>
    /// <remarks><inheritdoc cref="AddLoadBalancer(IServiceCollection, IConfiguration, Action{LoadBalancerBuilder})" path="/remarks"/></remarks>
    /// <exception cref="InvalidOperationException">These services have an engine already.</exception>
    [SuppressMessage("ApiDesign", "RS0026", Justification = "The overloads differ in a required argument, so that no call can mean both.")]
    public static IServiceCollection AddLoadBalancer(
        this IServiceCollection services, Action<LoadBalancerOptions> configureOptions, Action<LoadBalancerBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configureOptions);

        return Add(services, (builder, _) =>
        {
            configure?.Invoke(builder);
            builder.Configure(configureOptions);
        });
    }

    private static IServiceCollection Add(IServiceCollection services, Action<LoadBalancerBuilder, ILogger> configure)
    {
        if (services.Any(service => service.ServiceType == typeof(LoadBalancer)))
        {
            throw new InvalidOperationException(
                "AddLoadBalancer was called already. One engine has as many listeners and pools as you like; for several engines use LoadBalancerBuilder.");
        }

        services.AddSingleton(provider =>
        {
            ILoggerFactory loggers = provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
            LoadBalancerBuilder builder = new LoadBalancerBuilder().UseLoggerFactory(loggers);
            if (provider.GetService<TimeProvider>() is TimeProvider timeProvider)
            {
                builder.UseTimeProvider(timeProvider);
            }

            configure(builder, loggers.CreateLogger("LbEngine"));
            return builder.Build();
        });
        return services.AddSingleton<IHostedService, LoadBalancerHostedService>();
    }
}
