// SPDX-License-Identifier: MIT
using LbEngine.Admin.Messages;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LbEngine.Admin.Api;

/// <summary>What every request passes through: few at once, and a reason for every refusal. One for all routes of a mapping.</summary>
internal sealed class AdminEndpoint(ILogger logger)
{
    // Reading every connection is work: so much of it at a time in this process, however many ask.
    private const int MostAtOnce = 4;
    private static readonly SemaphoreSlim Places = new(MostAtOnce, MostAtOnce);

    /// <summary>Carries out one route when there is a place for it, or replies why not.</summary>
    public async Task HandleAsync(HttpContext context, AdminRoute route)
    {
        try
        {
            AdminReply reply = await RunAsync(context, route).ConfigureAwait(false);
            await reply.SendAsync(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away: there is nobody to tell.
        }
        catch (AdminRefusedException refused)
        {
            await RefuseAsync(context, refused.Status, refused.Error).ConfigureAwait(false);
        }
        catch (BadHttpRequestException bad)
        {
            await RefuseAsync(context, bad.StatusCode, new ErrorMessage(bad.Message)).ConfigureAwait(false);
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            AdminLog.AdminFailed(logger, exception, context.Request.Method, context.Request.Path);
            var message = new ErrorMessage("a defect of the balancer, its log has the details");
            await RefuseAsync(context, StatusCodes.Status500InternalServerError, message).ConfigureAwait(false);
        }
    }

    private static async Task<AdminReply> RunAsync(HttpContext context, AdminRoute route)
    {
        await Places.WaitAsync(context.RequestAborted).ConfigureAwait(false);
        try
        {
            return await route.HandleAsync(new AdminRequest(context)).ConfigureAwait(false);
        }
        finally
        {
            Places.Release();
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, ErrorMessage error) =>
        context.Response.HasStarted ? Task.CompletedTask : AdminReply.Of(error, AdminJson.Default.ErrorMessage, status).SendAsync(context);
}
