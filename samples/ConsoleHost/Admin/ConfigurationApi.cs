// SPDX-License-Identifier: MIT
using LbEngine.Admin.Api;
using LbEngine.Admin.Messages;
using LbEngine.Configuration;
using LbEngine.ConsoleHost.Configuration;
using LbEngine.ConsoleHost.Control;
using Microsoft.AspNetCore.Http;

namespace LbEngine.ConsoleHost.Admin;

/// <summary>The part of the admin interface that is about whole configurations.</summary>
/// <param name="balancer">What is in force.</param>
/// <param name="reloader">Reads the file; null when the balancer runs without one.</param>
internal sealed class ConfigurationApi(LoadBalancer balancer, Reloader? reloader)
{
    private const string Json = "application/json";
    private const string Yaml = "application/yaml";

    public async Task<AdminReply> ReloadAsync(AdminRequest request)
    {
        request.AllowQuery();
        ReloadRequestMessage wish = await request.ReadJsonAsync(AdminJson.Default.ReloadRequestMessage) ?? new();
        if (reloader is null)
        {
            throw new AdminRefusedException(StatusCodes.Status409Conflict, "this balancer runs without a configuration file");
        }

        ReloadResult result = await ReloadAsync(reloader, wish.Force);
        if (result.Conflict is string conflict)
        {
            throw new AdminRefusedException(StatusCodes.Status409Conflict, conflict);
        }

        ThrowMistakes(result.Mistakes, reloader.File);
        return Reply(result.Changes, result.Warnings, []);
    }

    /// <summary>Says what a document in the body would change, and why a reload would refuse it. Nothing is changed.</summary>
    public async Task<AdminReply> CompareAsync(AdminRequest request)
    {
        request.AllowQuery();
        request.AllowBody(LoadBalancerOptionsReader.MaxDocumentBytes);
        byte[] document = await request.ReadBodyAsync(Yaml, Json)
            ?? throw new AdminRefusedException(StatusCodes.Status422UnprocessableEntity, "the body must be a whole configuration");
        LoadBalancerOptionsReadResult read = ConfigurationFile.Read(document, isJson: request.ContentType.Equals(Json, StringComparison.OrdinalIgnoreCase));
        ThrowMistakes(read.Errors, file: null);
        return Reply(balancer.Compare(read.Options), read.Warnings, balancer.Check(read.Options));
    }

    private static async Task<ReloadResult> ReloadAsync(Reloader reloader, bool force)
    {
        try
        {
            return await reloader.RequestAsync("the admin interface", force);
        }
        catch (OperationCanceledException)
        {
            throw new AdminRefusedException(StatusCodes.Status409Conflict, "the balancer ends");
        }
    }

    private static void ThrowMistakes(IReadOnlyList<ConfigurationError> mistakes, string? file)
    {
        if (mistakes.Count > 0)
        {
            var error = new ErrorMessage(
                mistakes.Count == 1 ? "the configuration has a mistake" : $"the configuration has {mistakes.Count} mistakes",
                file,
                [.. mistakes.Select(one => new MistakeMessage(one.Path, one.Message, one.Line))]);
            throw new AdminRefusedException(StatusCodes.Status422UnprocessableEntity, error);
        }
    }

    private static AdminReply Reply(
        IReadOnlyList<ConfigurationChange> changes,
        IReadOnlyList<ConfigurationWarning> warnings,
        IReadOnlyList<ConfigurationError> refusals)
    {
        var message = new ChangeListMessage(
            [.. changes.Select(one => new ChangeMessage(one.Kind.ToString().ToLowerInvariant(), one.Path, one.Before, one.After, one.Connections))],
            [.. warnings.Select(one => new MistakeMessage(one.Path, one.Message, one.Line))],
            [.. refusals.Select(one => new MistakeMessage(one.Path, one.Message, one.Line))]);
        return AdminReply.Of(message, AdminJson.Default.ChangeListMessage);
    }
}
