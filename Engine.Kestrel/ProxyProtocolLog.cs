// SPDX-License-Identifier: MIT
using System.Net;
using Microsoft.Extensions.Logging;

namespace LbEngine.Kestrel;

/// <summary>Every message of the package.</summary>
internal static partial class ProxyProtocolLog
{
    /// <summary>The category of all of them.</summary>
    public const string Category = "LbEngine.Kestrel";

    [LoggerMessage(EventId = 1, EventName = nameof(ConnectionRefused), Level = LogLevel.Debug,
        Message = "Connection {ConnectionId} from {Peer} to {Local} was aborted: {Reason}.")]
    internal static partial void ConnectionRefused(ILogger logger, string connectionId, EndPoint? peer, EndPoint? local, ProxyRefusal reason);

    [LoggerMessage(EventId = 2, EventName = nameof(HeaderTaken), Level = LogLevel.Trace,
        Message = "Connection {ConnectionId} is of {Client}, brought by {Peer}.")]
    internal static partial void HeaderTaken(ILogger logger, string connectionId, EndPoint? client, EndPoint? peer);
}
