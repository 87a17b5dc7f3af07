// SPDX-License-Identifier: MIT
using System.Text.Json;
using LbEngine.Admin.Messages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LbEngine.ConsoleHost.Admin;

/// <summary>What every request passes through before the admin API: the secret, and a reason where there is nothing.</summary>
internal sealed class AdminPipeline(AdminToken token)
{
    private const string TokenRefused =
        "the token is missing or wrong: set LB_ADMIN_TOKEN for the commands of lb, or send Authorization: Bearer TOKEN";

    /// <summary>Runs the route that was found, or replies why there is none.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!token.Accepts(context.Request.Headers.Authorization))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, TokenRefused);
            return;
        }

        AdminGuest? guest = context.Features.Get<AdminGuest>();
        Watch(context, guest);
        try
        {
            await AnswerAsync(context, next);
        }
        finally
        {
            SetStanding(guest, AdminStanding.Silent);
        }
    }

    private static void Watch(HttpContext context, AdminGuest? guest)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != true)
        {
            SetStanding(guest, AdminStanding.Asking);
            return;
        }

        SetStanding(guest, AdminStanding.Sending);
        context.Request.Body = new WatchedBody(context.Request.Body, () => SetStanding(guest, AdminStanding.Asking));
    }

    private static void SetStanding(AdminGuest? guest, AdminStanding standing)
    {
        if (guest is not null)
        {
            guest.Standing = standing;
        }
    }

    private static async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (!context.Response.HasStarted && context.Response.StatusCode >= StatusCodes.Status400BadRequest)
        {
            await RefuseAsync(context, context.Response.StatusCode, Describe(context));
        }
    }

    private static async Task RefuseAsync(HttpContext context, int status, string reason)
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(new ErrorMessage(reason), AdminJson.Default.ErrorMessage);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static string Describe(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => $"there is nothing at {context.Request.Path}; GET /openapi.json says what there is",
        StatusCodes.Status405MethodNotAllowed => $"{context.Request.Method} is not possible here; possible: {context.Response.Headers.Allow}",
        int status => $"refused with status {status}",
    };
}
