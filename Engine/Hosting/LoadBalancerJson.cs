// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization.Metadata;

namespace LbEngine.Hosting;

/// <summary>How the data of an engine is written as JSON where there is no reflection: in a program that is trimmed or compiled ahead of time.</summary>
/// <remarks>
/// With reflection, the default, nothing of this is needed: status, connections, changes, mistakes and options serialize as they are, and are read back.
/// Addresses and enums are written as text. The options are written as objects here; a configuration file is written by
/// <see cref="Configuration.LoadBalancerOptionsWriter"/>.
/// </remarks>
/// <example>
/// <code>
/// builder.Services.ConfigureHttpJsonOptions(http => http.SerializerOptions.TypeInfoResolverChain.Add(LoadBalancerJson.Resolver));
/// app.MapGet("/status", (LoadBalancer lb) => lb.GetStatus());
/// </code>
/// </example>
public static class LoadBalancerJson
{
    /// <summary>Knows what <see cref="LoadBalancer"/> returns and takes, alone, in arrays and in the lists of its methods.</summary>
    /// <value>Made at compile time. Goes by the options that it is used with, such as their naming policy.</value>
    public static IJsonTypeInfoResolver Resolver => LoadBalancerJsonContext.Default;
}
