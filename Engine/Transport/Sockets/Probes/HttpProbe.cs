// SPDX-License-Identifier: MIT
using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using LbEngine.Backends;
using LbEngine.Transport.Probes;

namespace LbEngine.Transport.Sockets.Probes;

/// <summary>Sends one request of HTTP/1.1, over TLS if need be, and judges the answer.</summary>
internal static class HttpProbe
{
    private const int Piece = 4096;

    /// <summary>Throws what sockets and TLS throw; the caller explains it.</summary>
    public static async Task<ProbeResult> RunAsync(HealthCheck check, IPEndPoint address, ProbeProgress progress, CancellationToken cancellationToken)
    {
        using Socket socket = await TcpProbe.ConnectAsync(check, address, progress, cancellationToken).ConfigureAwait(false);
        Stream stream = new NetworkStream(socket, ownsSocket: false);
        await using (stream.ConfigureAwait(false))
        {
            await stream.WriteAsync(check.Header.Write(socket.LocalEndPoint, address), cancellationToken).ConfigureAwait(false);
            if (check.Tls)
            {
                stream = await SecureAsync(stream, check, address, progress, cancellationToken).ConfigureAwait(false);
            }

            await using (stream.ConfigureAwait(false))
            {
                byte[] request = Encoding.ASCII.GetBytes(
                    $"{check.Method} {check.Path} HTTP/1.1\r\nHost: {check.Host ?? address.ToString()}\r\n"
                    + "User-Agent: lbengine-health\r\nAccept: */*\r\nConnection: close\r\n\r\n");
                await stream.WriteAsync(request, cancellationToken).ConfigureAwait(false);
                return await ReadAsync(stream, check, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task<SslStream> SecureAsync(
        Stream stream, HealthCheck check, IPEndPoint address, ProbeProgress progress, CancellationToken cancellationToken)
    {
        var secure = new SslStream(stream, leaveInnerStreamOpen: true);
        progress.IsSecuring = true;
        bool verifies = check.VerifyTls;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = WithoutPort(check.Host) ?? address.Address.ToString(),

            // Where the operator has said that any certificate will do: a probe asks for life, and sends no secret.
            RemoteCertificateValidationCallback = (_, _, _, errors) => errors == SslPolicyErrors.None || !verifies,
        };
        await secure.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
        progress.IsSecuring = false;
        return secure;
    }

    private static async Task<ProbeResult> ReadAsync(Stream stream, HealthCheck check, CancellationToken cancellationToken)
    {
        var answer = new HttpAnswerReader(check.ExpectStatus, check.ExpectBody);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            while (true)
            {
                int received = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (received > 0)
                {
                    answer.Add(buffer.AsSpan(0, received));
                }
                else
                {
                    answer.End();
                }

                if (answer.Result is ProbeResult result)
                {
                    return result;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static string? WithoutPort(string? host)
    {
        int colon = host?.LastIndexOf(':') ?? -1;
        return colon > 0 && !host!.EndsWith(']') && host.IndexOf(':', StringComparison.Ordinal) == colon ? host[..colon] : host;
    }
}
