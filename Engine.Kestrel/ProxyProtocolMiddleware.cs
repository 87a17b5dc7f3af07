// SPDX-License-Identifier: MIT
using System.Buffers;
using System.IO.Pipelines;
using LbEngine.Inspection.ProxyProtocol;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;

namespace LbEngine.Kestrel;

/// <summary>Takes the header that every connection must begin with, and goes on as the connection of the client that it names.</summary>
/// <remarks>A header is never guessed: who is trusted has to send one, and nobody else is believed.</remarks>
internal sealed class ProxyProtocolMiddleware(ConnectionDelegate next, ProxyProtocolOptions options, ILogger logger)
{
    // Copied once: whoever has the options may change them later.
    private readonly TrustedPeers _trusted = new(options.Trusted, options.TrustUnixSockets);
    private readonly bool _ignoresOthers = options.Untrusted == UntrustedPeer.Ignore;
    private readonly TimeSpan _timeout = options.Timeout;
    private readonly TimeProvider _time = options.TimeProvider;

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        bool isTrusted = _trusted.Contain(connection.RemoteEndPoint, connection.LocalEndPoint);
        ProxyRefusal refusal = isTrusted || _ignoresOthers
            ? await TakeHeaderAsync(connection, isTrusted).ConfigureAwait(false)
            : ProxyRefusal.UntrustedProxy;
        if (refusal == ProxyRefusal.None)
        {
            await next(connection).ConfigureAwait(false);
            return;
        }

        ProxyProtocolLog.ConnectionRefused(logger, connection.ConnectionId, connection.RemoteEndPoint, connection.LocalEndPoint, refusal);
        connection.Abort(new ConnectionAbortedException($"The connection was aborted before a PROXY header was taken: {refusal}."));
    }

    private async Task<ProxyRefusal> TakeHeaderAsync(ConnectionContext connection, bool isTrusted)
    {
        CancellationToken stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        using var deadline = new CancellationTokenSource(_timeout, _time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        PipeReader input = connection.Transport.Input;
        try
        {
            while (true)
            {
                ReadResult result = await input.ReadAsync(end.Token).ConfigureAwait(false);
                ProxyReading reading = Read(connection, result.Buffer, isTrusted, out int length);
                if (reading == ProxyReading.Whole)
                {
                    // What is behind the header is read by whoever comes next, without waiting for more.
                    input.AdvanceTo(result.Buffer.GetPosition(length));
                    return ProxyRefusal.None;
                }

                input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                if (reading == ProxyReading.Malformed)
                {
                    return ProxyRefusal.BadProxyHeader;
                }

                if (result.IsCompleted || result.IsCanceled)
                {
                    return ProxyRefusal.PeerLeft;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Also what an aborted connection throws.
            return deadline.IsCancellationRequested ? ProxyRefusal.InspectTimeout
                : stopping.IsCancellationRequested ? ProxyRefusal.ServerStops
                : ProxyRefusal.PeerLeft;
        }
        catch (IOException)
        {
            return ProxyRefusal.PeerLeft;
        }
    }

    /// <summary>Judges what has come; once it is whole and believed, the connection is the client's.</summary>
    private ProxyReading Read(ConnectionContext connection, in ReadOnlySequence<byte> buffer, bool isTrusted, out int length)
    {
        // A header that lies in several blocks is copied, up to the length of the longest one.
        ReadOnlySpan<byte> bytes = buffer.IsSingleSegment ? buffer.FirstSpan : buffer.Slice(0, Math.Min(buffer.Length, ProxyHeaderReader.MostBytes)).ToArray();
        ProxyReading reading = ProxyHeaderReader.Read(bytes, out ProxyHeader header);
        length = header.Length;
        if (reading == ProxyReading.Whole && isTrusted)
        {
            Believe(connection, new ProxyProtocolFeature(connection, bytes[..length], header));
        }

        return reading;
    }

    private void Believe(ConnectionContext connection, ProxyProtocolFeature told)
    {
        connection.Features.Set<IProxyProtocolFeature>(told);
        if (told.Source is not null)
        {
            connection.RemoteEndPoint = told.Source;
            connection.LocalEndPoint = told.Destination;
        }

        ProxyProtocolLog.HeaderTaken(logger, connection.ConnectionId, connection.RemoteEndPoint, told.TransportRemoteEndPoint);
    }
}
