// SPDX-License-Identifier: MIT
using LbEngine.Admin.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LbEngine.Admin;

/// <summary>Puts the admin API of a <see cref="LoadBalancer"/> into an ASP.NET Core app.</summary>
public static class AdminEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the admin API: status, readiness, backends (drain, maintenance, weight), connections, affinity, comparison of configurations, and the OpenAPI
    /// document of exactly that, at <c>PREFIX/openapi.json</c>.
    /// </summary>
    /// <param name="endpoints">The app.</param>
    /// <param name="prefix">Where it begins, such as <c>/lb</c>; empty, the default, for the top of the app.</param>
    /// <param name="balancer">The engine; null, the default, for the one that <c>services.AddLoadBalancer(...)</c> has registered.</param>
    /// <param name="configure">Adds what only this host can do, such as a reload.</param>
    /// <returns>The group of its endpoints: <b>whoever reaches them may do everything</b>, so add <c>RequireAuthorization()</c>,
    /// <c>RequireHost(...)</c> and the like.</returns>
    /// <remarks>
    /// <para>
    /// The app's own servers, limits and authorisation apply; how many may connect is for them to say. The API itself bounds bodies (64 KiB, 1 MiB for a
    /// configuration, 15 s for all of it) and carries out four requests that look and four that change something at a time; <c>/v1/ready</c> waits for nobody.
    /// </para>
    /// <para>
    /// It changes things by POST and DELETE without asking for an antiforgery token: where browsers send the app's credentials by themselves (cookies), let the
    /// policy ask for something that they do not send, such as a bearer token.
    /// </para>
    /// </remarks>
    /// <example>
    /// <code>
    /// app.MapLoadBalancerAdmin("/lb").RequireAuthorization("operators");
    /// </code>
    /// </example>
    /// <exception cref="InvalidOperationException">No engine is given, and none is registered.</exception>
    public static RouteGroupBuilder MapLoadBalancerAdmin(
        this IEndpointRouteBuilder endpoints, string prefix = "", LoadBalancer? balancer = null, Action<LoadBalancerAdminOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        balancer ??= endpoints.ServiceProvider.GetService<LoadBalancer>() ?? throw new InvalidOperationException(
            "There is no load balancer to map an admin API for: register one with services.AddLoadBalancer(...), or give one to MapLoadBalancerAdmin.");
        var options = new LoadBalancerAdminOptions();
        configure?.Invoke(options);
        ILogger logger = options.Logger ?? endpoints.ServiceProvider.GetService<ILoggerFactory>()?.CreateLogger("LbEngine.Admin") ?? NullLogger.Instance;

        var endpoint = new AdminEndpoint(logger, options.BodyTimeout);
        RouteGroupBuilder group = endpoints.MapGroup(prefix);
        foreach (AdminRoute route in new AdminApi(balancer, options, logger).Routes)
        {
            group.MapMethods(route.Path, [route.Method], context => endpoint.HandleAsync(context, route));
        }

        return group;
    }
}
