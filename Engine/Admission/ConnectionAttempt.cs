// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Configuration;
using LbEngine.Tables;

namespace LbEngine.Admission;

/// <summary>A client that wants to come in, as an <see cref="IConnectionFilter"/> is asked about it.</summary>
public readonly struct ConnectionAttempt
{
    private readonly EndPointKey _client;

    /// <summary>One for a test of a filter.</summary>
    /// <param name="listener">Name of the listener.</param>
    /// <param name="protocol">TCP or UDP.</param>
    /// <param name="client">The client's address and port.</param>
    public ConnectionAttempt(string listener, ListenerProtocol protocol, IPEndPoint client)
        : this(listener, protocol, EndPointKey.From(client ?? throw new ArgumentNullException(nameof(client))))
    {
    }

    internal ConnectionAttempt(string listener, ListenerProtocol protocol, EndPointKey client)
    {
        Listener = listener;
        Protocol = protocol;
        _client = client;
    }

    /// <summary>Name of the listener.</summary>
    public string Listener { get; }

    /// <summary>TCP for a connection, UDP for a flow.</summary>
    public ListenerProtocol Protocol { get; }

    /// <summary>The client's address and port. Made anew whenever it is read, which costs some 100 bytes: read it once.</summary>
    public IPEndPoint Client => _client.ToIPEndPoint();
}
