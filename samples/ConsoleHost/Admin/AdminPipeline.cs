// SPDX-License-Identifier: MIT
using LbEngine.Admin.Api;
using LbEngine.Admin.Messages;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LbEngine.ConsoleHost.Admin;

/// <summary>What every request passes through: the secret, few at once, and a reason for every refusal.</summary>
internal sealed class AdminPipeline(AdminToken token, ILogger logger) : IDisposable
{
    // Reading every connection is work: so much of it at a time, however many ask.
    private const int MostAtOnce = 4;

    private readonly SemaphoreSlim _places = new(MostAtOnce, MostAtOnce);

    public void Dispose() => _places.Dispose();

    /// <summary>Runs the route that was found, or replies why there is none.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            if (!token.Accepts(context.Request.Headers.Authorization))
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
                throw new AdminRefusedException(StatusCodes.Status401Unauthorized, "the token is missing or wrong: send Authorization: Bearer TOKEN");
            }

            await next(context);
            if (!context.Response.HasStarted && context.Response.StatusCode >= StatusCodes.Status400BadRequest)
            {
                await RefuseAsync(context, context.Response.StatusCode, new ErrorMessage(Describe(context)));
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away: there is nobody to tell.
        }
        catch (AdminRefusedException refused)
        {
            await RefuseAsync(context, refused.Status, refused.Error);
        }
        catch (BadHttpRequestException bad)
        {
            await RefuseAsync(context, bad.StatusCode, new ErrorMessage(bad.Message));
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            HostLog.AdminFailed(logger, exception, context.Request.Method, context.Request.Path);
            await RefuseAsync(context, StatusCodes.Status500InternalServerError, new ErrorMessage("a defect of the balancer, its log has the details"));
        }
    }

    /// <summary>Carries out one route when there is a place for it.</summary>
    public async Task HandleAsync(HttpContext context, AdminRoute route)
    {
        AdminReply reply;
        await _places.WaitAsync(context.RequestAborted);
        try
        {
            reply = await route.HandleAsync(new AdminRequest(context));
        }
        finally
        {
            _places.Release();
        }

        await reply.SendAsync(context);
    }

    private static Task RefuseAsync(HttpContext context, int status, ErrorMessage error) =>
        context.Response.HasStarted ? Task.CompletedTask : AdminReply.Of(error, AdminJson.Default.ErrorMessage, status).SendAsync(context);

    private static string Describe(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => $"there is nothing at {context.Request.Path}; GET /openapi.json says what there is",
        StatusCodes.Status405MethodNotAllowed => $"{context.Request.Method} is not possible here; possible: {context.Response.Headers.Allow}",
        int status => $"refused with status {status}",
    };
}
