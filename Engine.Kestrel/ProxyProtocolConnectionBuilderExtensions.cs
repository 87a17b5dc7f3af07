// SPDX-License-Identifier: MIT
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LbEngine.Kestrel;

/// <summary>The PROXY protocol for endpoints of Kestrel, and for everything else that is built of connections.</summary>
public static class ProxyProtocolConnectionBuilderExtensions
{
    /// <summary>Takes a PROXY header, of version 1 or 2, from every connection: from then on the client is who the header says.</summary>
    /// <remarks>
    /// Before <c>UseHttps</c>, since the header comes before TLS. Connections of others than <paramref name="trusted"/>, and those that do not begin
    /// with a header within 5 s, are aborted. HTTP/3 comes over UDP and past it: leave that out of such an endpoint.
    /// </remarks>
    /// <typeparam name="TBuilder">Usually <c>ListenOptions</c>.</typeparam>
    /// <param name="builder">The endpoint, such as <c>listenOptions</c>.</param>
    /// <param name="trusted">Networks of those in front whose header is believed, at least one: see <see cref="ProxyProtocolOptions.Trusted"/>.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="trusted"/> is empty.</exception>
    public static TBuilder UseProxyProtocol<TBuilder>(this TBuilder builder, params IEnumerable<IPNetwork> trusted)
        where TBuilder : IConnectionBuilder
    {
        ArgumentNullException.ThrowIfNull(trusted);
        var options = new ProxyProtocolOptions();
        foreach (IPNetwork network in trusted)
        {
            options.Trusted.Add(network);
        }

        return Use(builder, options, nameof(trusted));
    }

    /// <summary>Takes a PROXY header, of version 1 or 2, from every connection, as options say.</summary>
    /// <remarks>Before <c>UseHttps</c>, since the header comes before TLS. HTTP/3 comes over UDP and past it.</remarks>
    /// <typeparam name="TBuilder">Usually <c>ListenOptions</c>.</typeparam>
    /// <param name="builder">The endpoint, such as <c>listenOptions</c>.</param>
    /// <param name="configure">Names at least whom to trust.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentException">The options have mistakes; the message has every one.</exception>
    public static TBuilder UseProxyProtocol<TBuilder>(this TBuilder builder, Action<ProxyProtocolOptions> configure)
        where TBuilder : IConnectionBuilder
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new ProxyProtocolOptions();
        configure(options);
        return Use(builder, options, nameof(configure));
    }

    private static TBuilder Use<TBuilder>(TBuilder builder, ProxyProtocolOptions options, string source)
        where TBuilder : IConnectionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        string mistakes = string.Join(' ', options.FindMistakes());
        if (mistakes.Length > 0)
        {
            throw new ArgumentException(mistakes, source);
        }

        var loggers = (ILoggerFactory?)builder.ApplicationServices?.GetService(typeof(ILoggerFactory)) ?? NullLoggerFactory.Instance;
        ILogger logger = loggers.CreateLogger(ProxyProtocolLog.Category);
        builder.Use(next => new ProxyProtocolMiddleware(next, options, logger).OnConnectionAsync);
        return builder;
    }
}
