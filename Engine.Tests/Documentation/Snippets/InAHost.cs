// SPDX-License-Identifier: MIT
using LbEngine.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// Not below LbEngine: a visitor needs the usings.
namespace Documentation.Snippets;

/// <summary>The one line of a host, and one for hosts that may take their time.</summary>
internal static class InAHost
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddLoadBalancer(configuration.GetSection("LoadBalancer"));
        services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMinutes(6));
    }
}
