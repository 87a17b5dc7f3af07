// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LbEngine.Admin.Messages;
using LbEngine.ConsoleHost.Admin;
using LbEngine.ConsoleHost.Commands;
using LbEngine.ConsoleHost.Configuration;
using LbEngine.Files;

namespace LbEngine.ConsoleHost.Client;

/// <summary>Talks to the admin interface of a running balancer.</summary>
internal sealed class AdminClient : IDisposable
{
    /// <summary>More than a balancer with 65,536 backends has to say.</summary>
    private const int MostReplyBytes = 64 << 20;

    /// <summary>For a whole reply, however it comes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(5);

    private readonly AdminAddress _address;
    private readonly HttpClient _http;

    public AdminClient(AdminAddress address, string token)
    {
        _address = address;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectCallback = (_, cancellationToken) => ConnectAsync(address, cancellationToken),
        };
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://localhost/"), Timeout = Patience, MaxResponseContentBufferSize = MostReplyBytes };

        // A balancer that is replaced meanwhile answers nothing more over an old connection.
        _http.DefaultRequestHeaders.ConnectionClose = true;
        if (token.Length > 0)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Sends one request; returns the reply as it came, which is JSON.</summary>
    /// <exception cref="AdminClientException">The balancer refused, or none answers.</exception>
    public async Task<byte[]> SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = body };
            using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
            byte[] reply = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return response.StatusCode == HttpStatusCode.OK
                ? reply
                : throw new AdminClientException(ExitCode.Failure, Describe((int)response.StatusCode, reply));
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new AdminClientException(ExitCode.Failure, [$"the reply is larger than that of any balancer ({MostReplyBytes >> 20} MiB)"]);
        }
        catch (HttpRequestException exception)
        {
            throw Unreachable(Explain(exception));
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable($"no answer within {Patience.TotalSeconds:0} s");
        }
    }

    /// <summary>The same for a message.</summary>
    public static HttpContent Body<T>(T message, JsonTypeInfo<T> type) =>
        new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(message, type)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private static async ValueTask<Stream> ConnectAsync(AdminAddress address, CancellationToken cancellationToken)
    {
        if (address.SocketFile is string path)
        {
            return new NetworkStream(await SocketFile.ConnectAsync(path, ConnectPatience, cancellationToken), ownsSocket: true);
        }

        var socket = new Socket(address.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address.EndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private string Explain(HttpRequestException exception) => (exception.InnerException as SocketException)?.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "nobody listens there",
        SocketError.AccessDenied => "it belongs to another user",
        SocketError.AddressNotAvailable when _address.SocketFile is not null => "there is no such socket file",
        _ => exception.InnerException?.Message ?? exception.Message,
    };

    private AdminClientException Unreachable(string reason) => new(
        ExitCode.Unreachable,
        [$"no balancer answers at {_address}: {reason}; start one with lb run, or name another place with --admin"]);

    private static List<string> Describe(int status, byte[] reply) => ReplyShape.Read(reply, AdminJson.Default.ErrorMessage) switch
    {
        // Something else than a balancer answers there.
        null => [$"refused with HTTP status {status}"],
        { Mistakes: { Count: > 0 } mistakes } error => [.. mistakes.Select(one => FileMessages.Format(error.File ?? "configuration", one))],
        ErrorMessage error => [error.Error],
    };
}
