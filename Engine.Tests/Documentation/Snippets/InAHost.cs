// SPDX-License-Identifier: MIT
using LbEngine.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

// Not below LbEngine: a visitor needs the usings.
namespace Documentation.Snippets;

/// <summary>The one line of a host.</summary>
internal static class InAHost
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddLoadBalancer(configuration.GetSection("LoadBalancer"));
    }
}
