// SPDX-License-Identifier: MIT
using LbEngine.Admin.Messages;
using LbEngine.Configuration;
using Microsoft.AspNetCore.Http;

namespace LbEngine.Admin.Api;

/// <summary>The part of the admin API that is about whole configurations.</summary>
/// <param name="balancer">What is in force.</param>
/// <param name="options">Who reads configurations.</param>
internal sealed class ConfigurationApi(LoadBalancer balancer, LoadBalancerAdminOptions options)
{
    private readonly string[] _types = [.. options.ConfigurationReaders.Keys];

    /// <summary>Reads the configuration again, as the host does that.</summary>
    public static async Task<AdminReply> ReloadAsync(AdminRequest request, ReloadCallback reloadAsync)
    {
        request.AllowQuery();
        ReloadRequestMessage wish = request.ReadJson(AdminJson.Default.ReloadRequestMessage) ?? new();
        ReloadResult result = await reloadAsync(wish.Force, request.Aborted).ConfigureAwait(false);
        if (result.Conflict is string conflict)
        {
            throw new AdminRefusedException(StatusCodes.Status409Conflict, conflict);
        }

        ThrowMistakes(result.Mistakes, result.File);
        return Reply(result.Changes, result.Warnings, []);
    }

    /// <summary>Says what a document in the body would change, and why a reload would refuse it. Nothing is changed.</summary>
    public Task<AdminReply> CompareAsync(AdminRequest request)
    {
        request.AllowQuery();
        byte[] document = request.ReadBody(_types)
            ?? throw new AdminRefusedException(StatusCodes.Status422UnprocessableEntity, "the body must be a whole configuration");
        LoadBalancerOptionsReadResult read = options.ConfigurationReaders[request.ContentType](document);
        ThrowMistakes(read.Errors, file: null);
        return Task.FromResult(Reply(balancer.Compare(read.Options), read.Warnings, balancer.Check(read.Options)));
    }

    private static void ThrowMistakes(IReadOnlyList<ConfigurationError> mistakes, string? file)
    {
        if (mistakes.Count > 0)
        {
            var error = new ErrorMessage(
                mistakes.Count == 1 ? "the configuration has a mistake" : $"the configuration has {mistakes.Count} mistakes",
                file,
                [.. mistakes.Select(one => new MistakeMessage(one.Path, one.Message, one.Line) { File = one.File })]);
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
            [.. warnings.Select(one => new MistakeMessage(one.Path, one.Message, one.Line) { File = one.File })],
            [.. refusals.Select(one => new MistakeMessage(one.Path, one.Message, one.Line) { File = one.File })]);
        return AdminReply.Of(message, AdminJson.Default.ChangeListMessage);
    }
}
