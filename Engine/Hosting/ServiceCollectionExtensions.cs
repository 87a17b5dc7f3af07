// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using LbEngine.Admission;
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
    /// <param name="section">The section whose children are the schema. A key that the schema does not have is a mistake.</param>
    /// <param name="configure">Adds what a configuration cannot say, such as schedulers of your own.</param>
    /// <param name="followChanges">True, the default, to go by the section whenever it changes; false to read it once, when the host starts.</param>
    /// <returns>The same services.</returns>
    /// <remarks>
    /// <para>
    /// The engine starts and stops with the host and can be injected as <see cref="LoadBalancer"/>. It uses the host's loggers, and a
    /// <see cref="TimeProvider"/> if one is registered, and every <see cref="IConnectionFilter"/>. A configuration with mistakes fails the start of
    /// the host with a <see cref="LoadBalancerConfigurationException"/> that lists all of them.
    /// </para>
    /// <para>
    /// A change of the section is carried out as <see cref="LoadBalancer.ApplyAsync"/> does, without touching what is the same in both, and logged. What
    /// is wrong with it is logged with its path, and the configuration of before stays in force. It replaces what your code has set by
    /// <see cref="LoadBalancer.ApplyAsync"/> meanwhile.
    /// </para>
    /// <para>
    /// On stop the engine drains as the configuration says, within what is left of the host's <c>HostOptions.ShutdownTimeout</c> (30 s by default):
    /// where that is less, <c>drain.timeout</c> and <c>drain.spread</c> are cut to fit, and the log says so. Raise it to give drains more time.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
    /// builder.Services.AddLoadBalancer(builder.Configuration.GetSection("LoadBalancer"));
    /// await builder.Build().RunAsync();
    /// </code>
    /// </example>
    /// <exception cref="InvalidOperationException">These services have an engine already.</exception>
    [SuppressMessage("ApiDesign", "RS0026", Justification = "The overloads differ in a required argument, so that no call can mean both.")]
    public static IServiceCollection AddLoadBalancer(
        this IServiceCollection services, IConfiguration section, Action<LoadBalancerBuilder>? configure = null, bool followChanges = true)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);

        return Add(services, followChanges ? section : null, (builder, logger) =>
        {
            configure?.Invoke(builder);
            LoadBalancerOptionsReadResult result = EngineInHost.Read(section, builder.SchedulerNames);
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
    /// <remarks><inheritdoc cref="AddLoadBalancer(IServiceCollection, IConfiguration, Action{LoadBalancerBuilder}, bool)" path="/remarks"/></remarks>
    /// <exception cref="InvalidOperationException">These services have an engine already.</exception>
    [SuppressMessage("ApiDesign", "RS0026", Justification = "The overloads differ in a required argument, so that no call can mean both.")]
    public static IServiceCollection AddLoadBalancer(
        this IServiceCollection services, Action<LoadBalancerOptions> configureOptions, Action<LoadBalancerBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configureOptions);

        return Add(services, followed: null, (builder, _) =>
        {
            configure?.Invoke(builder);
            builder.Configure(configureOptions);
        });
    }

    private static IServiceCollection Add(
        IServiceCollection services, IConfiguration? followed, Action<LoadBalancerBuilder, ILogger> configure)
    {
        if (services.Any(service => service.ServiceType == typeof(LoadBalancer)))
        {
            throw new InvalidOperationException(
                "AddLoadBalancer was called already. One engine has as many listeners and pools as you like; for several engines use LoadBalancerBuilder.");
        }

        services.AddSingleton(provider =>
        {
            ILoggerFactory loggers = provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
            ILogger logger = loggers.CreateLogger("LbEngine");
            TimeProvider timeProvider = provider.GetService<TimeProvider>() ?? TimeProvider.System;
            LoadBalancerBuilder builder = new LoadBalancerBuilder().UseLoggerFactory(loggers).UseTimeProvider(timeProvider);
            foreach (IConnectionFilter filter in provider.GetServices<IConnectionFilter>())
            {
                builder.AddConnectionFilter(filter);
            }

            configure(builder, logger);
            return new EngineInHost(builder.Build(), builder.SchedulerNames, logger, timeProvider, followed);
        });
        services.AddSingleton(provider => provider.GetRequiredService<EngineInHost>().Balancer);
        services.AddSingleton(provider => new HostPatience(provider, provider.GetRequiredService<EngineInHost>().TimeProvider));
        return services.AddSingleton<IHostedService, LoadBalancerHostedService>();
    }
}
