// SPDX-License-Identifier: MIT
using LbEngine.Admin.Messages;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LbEngine.Admin.Api;

/// <summary>What every request passes through: its body, its lane, and a reason for every refusal. One for all routes of a mapping.</summary>
/// <param name="logger">Hears of defects.</param>
/// <param name="bodyTimeout">How long a client may take to send a body.</param>
internal sealed class AdminEndpoint(ILogger logger, TimeSpan bodyTimeout)
{
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

    private async Task<AdminReply> RunAsync(HttpContext context, AdminRoute route)
    {
        // Before the lane: whoever sends slowly waits for nobody but himself.
        var request = new AdminRequest(context);
        await request.ReceiveBodyAsync(route.MostBodyBytes, bodyTimeout).ConfigureAwait(false);
        return await route.Lane.RunAsync(() => route.HandleAsync(request), context.RequestAborted).ConfigureAwait(false);
    }

    private static Task RefuseAsync(HttpContext context, int status, ErrorMessage error) =>
        context.Response.HasStarted ? Task.CompletedTask : AdminReply.Of(error, AdminJson.Default.ErrorMessage, status).SendAsync(context);
}
