// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Kestrel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

// Not below LbEngine: a visitor needs the usings.
namespace Documentation.Snippets;

/// <summary>An ASP.NET app whose clients come through a balancer.</summary>
internal static class BehindABalancer
{
    public static void Listen(WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Any, 9001, listen => listen
            .UseProxyProtocol(IPNetwork.Parse("10.0.0.0/8"))
            .UseHttps()));
    }

    public static void ListenAsOptionsSay(ListenOptions listen)
    {
        listen.UseProxyProtocol(options =>
        {
            options.Trusted.Add(IPNetwork.Parse("10.0.0.0/8"));
            options.Untrusted = UntrustedPeer.Ignore;
            options.Timeout = TimeSpan.FromSeconds(2);
        });
    }

    public static string Look(HttpContext context)
    {
        IProxyProtocolFeature? told = context.Features.Get<IProxyProtocolFeature>();
        string seen = $"{context.Connection.RemoteIpAddress} for {told?.Authority}, by {told?.TransportRemoteEndPoint}";
        return seen;
    }
}
