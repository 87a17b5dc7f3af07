// SPDX-License-Identifier: MIT
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace LbEngine.Admin.Api;

/// <summary>A whole reply, ready to be sent: nothing of the balancer is held while a slow client reads it.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">JSON in UTF-8.</param>
internal sealed record AdminReply(int Status, ReadOnlyMemory<byte> Body)
{
    public static AdminReply Of<T>(T message, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) =>
        new(status, JsonSerializer.SerializeToUtf8Bytes(message, type));

    public async Task SendAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = Body.Length;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(Body, context.RequestAborted).ConfigureAwait(false);
    }
}
