// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LbEngine.Admin.Api;

/// <summary>Reads one request strictly: whatever is not understood is refused with a reason.</summary>
internal sealed class AdminRequest(HttpContext context)
{
    private const int PieceBytes = 8 * 1024;
    private const string JsonType = "application/json";

    private byte[] _body = [];

    /// <summary>Ends when the client goes away.</summary>
    public CancellationToken Aborted => context.RequestAborted;

    /// <summary>A name out of the path.</summary>
    public string Name(string name) => context.Request.RouteValues[name]?.ToString() ?? "";

    /// <summary>A parameter of the query; null when it is absent.</summary>
    public string? Query(string name) => context.Request.Query[name] is { Count: > 0 } values ? values[0] : null;

    /// <summary>Refuses every parameter but these: a misspelt filter must not show everything.</summary>
    public void AllowQuery(params ReadOnlySpan<string> names)
    {
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in context.Request.Query)
        {
            if (!names.Contains(name) || values.Count != 1)
            {
                string known = names.IsEmpty ? "there are none here" : $"known here, once each: {string.Join(", ", names!)}";
                throw new AdminRefusedException(StatusCodes.Status422UnprocessableEntity, $"the parameter '{name}' is not read: {known}");
            }
        }
    }

    /// <summary>The type of the body, without its parameters; empty when there is none.</summary>
    public string ContentType =>
        MediaTypeHeaderValue.TryParse(context.Request.ContentType, out MediaTypeHeaderValue? type) ? type.MediaType ?? "" : "";

    /// <summary>Where the mapping begins for whoever asked: the path of the request without its own end.</summary>
    public string PathBefore(string end)
    {
        string path = context.Request.PathBase.Add(context.Request.Path).ToUriComponent().TrimEnd('/');
        return path.EndsWith(end, StringComparison.OrdinalIgnoreCase) ? path[..^end.Length] : path;
    }

    /// <summary>Takes the whole body in, which is read afterwards without waiting for the client.</summary>
    /// <param name="mostBytes">The largest one; 0 to leave it alone.</param>
    /// <param name="timeout">For all of it: a client that sends a byte now and then has no more time than others.</param>
    public async Task ReceiveBodyAsync(int mostBytes, TimeSpan timeout)
    {
        if (mostBytes == 0)
        {
            return;
        }

        // The server then refuses by the length that is announced, before a byte of it is sent.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = mostBytes;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(timeout);
        try
        {
            _body = await ReadToEndAsync(mostBytes, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // What is still to come is not waited for.
            context.Response.Headers.Connection = "close";
            string error = string.Create(CultureInfo.InvariantCulture, $"the body was not there after {timeout.TotalSeconds} s; send it faster");
            throw new AdminRefusedException(StatusCodes.Status408RequestTimeout, error);
        }
    }

    /// <summary>The body, which is of one of these types; null when it is empty.</summary>
    public byte[]? ReadBody(params ReadOnlySpan<string> types)
    {
        if (_body.Length == 0)
        {
            return null;
        }

        foreach (string type in types)
        {
            if (type.Equals(ContentType, StringComparison.OrdinalIgnoreCase))
            {
                return _body;
            }
        }

        throw new AdminRefusedException(StatusCodes.Status415UnsupportedMediaType, $"write Content-Type: {string.Join(" or ", types!)}");
    }

    /// <summary>Reads a JSON body; null when it is empty.</summary>
    public T? ReadJson<T>(JsonTypeInfo<T> type)
        where T : class
    {
        if (ReadBody(JsonType) is not byte[] body)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(body, type)
                ?? throw new AdminRefusedException(StatusCodes.Status422UnprocessableEntity, "the body must be an object, was null");
        }
        catch (JsonException exception)
        {
            throw new AdminRefusedException(StatusCodes.Status422UnprocessableEntity, Describe(exception));
        }
    }

    private async Task<byte[]> ReadToEndAsync(int mostBytes, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        byte[] piece = new byte[PieceBytes];
        for (int count; (count = await context.Request.Body.ReadAsync(piece, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            body.Write(piece, 0, count);
            if (body.Length > mostBytes)
            {
                throw new AdminRefusedException(StatusCodes.Status413PayloadTooLarge, $"the body is too large; it may have {mostBytes} bytes");
            }
        }

        return body.ToArray();
    }

    /// <summary>Where it is wrong, without the words of the parser, which names types of this program.</summary>
    private static string Describe(JsonException exception) => exception is { LineNumber: long line, BytePositionInLine: long position }
        ? string.Create(CultureInfo.InvariantCulture, $"the body is not understood at {exception.Path ?? "$"} (line {line + 1}, byte {position + 1})")
        : $"the body is not understood at {exception.Path ?? "$"}";
}
