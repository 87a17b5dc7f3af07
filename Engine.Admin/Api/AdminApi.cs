// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net;
using System.Text.Json;
using LbEngine.Admin.Messages;
using LbEngine.Backends;
using LbEngine.Configuration;
using LbEngine.Observability;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LbEngine.Admin.Api;

/// <summary>What the admin API can do. Nothing of it is more than <see cref="LoadBalancer"/> offers as methods, but for what the host adds.</summary>
internal sealed class AdminApi(LoadBalancer balancer, LoadBalancerAdminOptions options, ILogger logger)
{
    private const int DefaultLimit = 1000;
    private const int MostEntries = 10_000;

    private static readonly string[] States = ["ready", "draining", "maintenance"];

    private readonly ConfigurationApi _configuration = new(balancer, options);
    private readonly OpenApiDocument _document = new(options);

    /// <summary>Everything there is, in the order of the documentation.</summary>
    public IEnumerable<AdminRoute> Routes
    {
        get
        {
            yield return new("GET", "/v1/status", ReadStatusAsync);
            yield return new("GET", "/v1/ready", ReadReadinessAsync) { Lane = AdminLane.Readiness };
            yield return new("GET", "/v1/backends", ReadBackendsAsync);
            yield return new("POST", "/v1/backends/{pool}/{backend}", ChangeBackendAsync);
            yield return new("GET", "/v1/connections", ReadConnectionsAsync);
            yield return new("DELETE", "/v1/connections/{id}", CloseConnectionAsync);
            yield return new("GET", "/v1/affinity", ReadAffinityAsync);
            if (options.Reload is ReloadCallback reloadAsync)
            {
                yield return new("POST", "/v1/reload", request => ConfigurationApi.ReloadAsync(request, reloadAsync));
            }

            yield return new("POST", "/v1/diff", _configuration.CompareAsync) { MostBodyBytes = LoadBalancerOptionsReader.MaxDocumentBytes };
            yield return new("GET", OpenApiDocument.Path, _document.ReadAsync);
        }
    }

    private Task<AdminReply> ReadStatusAsync(AdminRequest request)
    {
        request.AllowQuery();
        StatusMessage message = StatusMessages.From(balancer.GetStatus(), balancer.GetConfiguration(), options.ConfigurationOrigin?.Invoke());
        return Reply(AdminReply.Of(message, AdminJson.Default.StatusMessage));
    }

    private Task<AdminReply> ReadReadinessAsync(AdminRequest request)
    {
        request.AllowQuery();
        LoadBalancerState state = balancer.State;
        bool isReady = state == LoadBalancerState.Running;
        var message = new ReadinessMessage(isReady, StatusMessages.Word(state));
        int status = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return Reply(AdminReply.Of(message, AdminJson.Default.ReadinessMessage, status));
    }

    private Task<AdminReply> ReadBackendsAsync(AdminRequest request)
    {
        request.AllowQuery("pool");
        BackendListMessage message = StatusMessages.BackendList(balancer.GetStatus(), request.Query("pool"));
        return Reply(AdminReply.Of(message, AdminJson.Default.BackendListMessage));
    }

    private async Task<AdminReply> ChangeBackendAsync(AdminRequest request)
    {
        request.AllowQuery();
        BackendChangeMessage change = request.ReadJson(AdminJson.Default.BackendChangeMessage)
            ?? throw Refuse("the body must say what is wanted, such as {\"state\":\"draining\"}");
        OperatorState? state = ReadState(change);
        (bool setsWeight, int? weight) = ReadWeight(change.Weight);
        DrainWish drain = DrainWish.Read(change, state);
        if (state is null && !setsWeight)
        {
            throw Refuse("the body must have a state or a weight");
        }

        string pool = request.Name("pool");
        string backend = request.Name("backend");
        try
        {
            if (setsWeight)
            {
                await balancer.SetBackendWeightAsync(pool, backend, weight, request.Aborted).ConfigureAwait(false);
            }

            if (state is OperatorState wanted)
            {
                await balancer.SetBackendStateAsync(pool, backend, wanted, request.Aborted).ConfigureAwait(false);
            }
        }
        catch (ArgumentException exception) when (exception is not ArgumentOutOfRangeException)
        {
            throw new AdminRefusedException(StatusCodes.Status404NotFound, FirstLine(exception));
        }

        if (drain.HasDeadline)
        {
            _ = DrainAsync(pool, backend, drain.Timeout);
        }

        BackendMessage now = StatusMessages.Backends(balancer.GetStatus(), pool)
            .FirstOrDefault(one => one.Name == backend && one.State != StatusMessages.Removed)
            ?? throw new AdminRefusedException(StatusCodes.Status404NotFound, "the backend was removed at this moment");
        return AdminReply.Of(new BackendListMessage([now]), AdminJson.Default.BackendListMessage);
    }

    private Task<AdminReply> ReadConnectionsAsync(AdminRequest request)
    {
        request.AllowQuery("client", "pool", "backend", "limit");
        IPNetwork? client = ReadClient(request.Query("client"));
        string? pool = request.Query("pool");
        string? backend = request.Query("backend");
        int limit = ReadLimit(request);
        List<ConnectionStatus> found = [.. balancer.GetConnections()
            .Where(one => (client is null || client.Value.Contains(one.Client.Address))
                && (pool is null || one.Pool == pool)
                && (backend is null || one.Backend == backend))
            .Take(limit + 1)];
        var message = new ConnectionListMessage([.. found.Take(limit).Select(StatusMessages.From)], found.Count > limit);
        return Reply(AdminReply.Of(message, AdminJson.Default.ConnectionListMessage));
    }

    private async Task<AdminReply> CloseConnectionAsync(AdminRequest request)
    {
        request.AllowQuery();
        string id = request.Name("id");
        return await balancer.CloseConnectionAsync(id).ConfigureAwait(false)
            ? AdminReply.Of(new ConnectionClosedMessage(id), AdminJson.Default.ConnectionClosedMessage)
            : throw new AdminRefusedException(StatusCodes.Status404NotFound, $"there is no connection '{id}'; it may have ended");
    }

    private Task<AdminReply> ReadAffinityAsync(AdminRequest request)
    {
        request.AllowQuery("pool", "limit");
        int limit = ReadLimit(request);
        List<AffinityStatus> found = [.. balancer.GetAffinity(request.Query("pool")).Take(limit + 1)];
        var message = new AffinityListMessage([.. found.Take(limit).Select(StatusMessages.From)], found.Count > limit);
        return Reply(AdminReply.Of(message, AdminJson.Default.AffinityListMessage));
    }

    /// <summary>Closes what is left at the deadline, long after the request was answered.</summary>
    private async Task DrainAsync(string pool, string backend, TimeSpan? timeout)
    {
        try
        {
            await balancer.DrainBackendAsync(pool, backend, timeout).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            AdminLog.DrainFailed(logger, exception, pool, backend);
        }
    }

    private static OperatorState? ReadState(BackendChangeMessage change) => change.State is null
        ? null
        : Array.IndexOf(States, change.State) is int index and >= 0
            ? (OperatorState)index
            : throw Refuse($"state must be one of {string.Join(", ", States)}");

    private static (bool IsSet, int? Weight) ReadWeight(JsonElement weight) => weight.ValueKind switch
    {
        JsonValueKind.Undefined => (false, null),
        JsonValueKind.Null => (true, null),
        JsonValueKind.Number when weight.TryGetInt32(out int value) && value is >= 0 and <= ushort.MaxValue => (true, value),
        _ => throw Refuse("weight must be a whole number from 0 to 65535, or null for the configuration's"),
    };

    private static IPNetwork? ReadClient(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return IPAddress.TryParse(text, out IPAddress? address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : IPNetwork.TryParse(text, out IPNetwork network)
                ? network
                : throw Refuse("client must be an address such as 192.0.2.7, or a network such as 192.0.2.0/24");
    }

    private static int ReadLimit(AdminRequest request)
    {
        if (request.Query("limit") is not string text)
        {
            return DefaultLimit;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit is >= 1 and <= MostEntries
            ? limit
            : throw Refuse($"limit must be a whole number from 1 to {MostEntries}");
    }

    /// <summary>Without the name of the parameter, which .NET appends to the message.</summary>
    private static string FirstLine(ArgumentException exception) =>
        exception.ParamName is string name ? exception.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : exception.Message;

    private static Task<AdminReply> Reply(AdminReply reply) => Task.FromResult(reply);

    private static AdminRefusedException Refuse(string error) => new(StatusCodes.Status422UnprocessableEntity, error);
}
