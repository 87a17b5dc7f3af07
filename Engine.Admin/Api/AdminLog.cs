// SPDX-License-Identifier: MIT
using Microsoft.Extensions.Logging;

namespace LbEngine.Admin.Api;

/// <summary>All messages of the admin API, numbered among those of the hosts.</summary>
internal static partial class AdminLog
{
    [LoggerMessage(EventId = 511, EventName = nameof(AdminFailed), Level = LogLevel.Error, Message = "The admin request {Method} {Path} failed.")]
    internal static partial void AdminFailed(ILogger logger, Exception exception, string method, string path);

    [LoggerMessage(EventId = 512, EventName = nameof(DrainFailed), Level = LogLevel.Error,
        Message = "Nobody waits any more for the drain of backend {BackendName} of pool {PoolName}.")]
    internal static partial void DrainFailed(ILogger logger, Exception exception, string poolName, string backendName);
}
