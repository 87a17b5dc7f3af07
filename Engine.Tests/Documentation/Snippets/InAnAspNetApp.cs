// SPDX-License-Identifier: MIT
using LbEngine.Admin;
using Microsoft.AspNetCore.Builder;

// Not below LbEngine: a visitor needs the usings.
namespace Documentation.Snippets;

/// <summary>The one line of an app that operates its engine over HTTP.</summary>
internal static class InAnAspNetApp
{
    public static void Map(WebApplication app)
    {
        app.MapLoadBalancerAdmin("/lb").RequireAuthorization("operators");
    }
}
