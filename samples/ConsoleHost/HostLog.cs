// SPDX-License-Identifier: MIT
using Microsoft.Extensions.Logging;

namespace LbEngine.ConsoleHost;

/// <summary>All messages of the host itself. 50x: the configuration file and its reload; 51x are those of the admin API.</summary>
internal static partial class HostLog
{
    [LoggerMessage(EventId = 501, EventName = nameof(Reloaded), Level = LogLevel.Information,
        Message = "Reloaded {File} because of {Cause}; changes: {ChangeCount}.")]
    internal static partial void Reloaded(ILogger logger, string file, string cause, int changeCount);

    [LoggerMessage(EventId = 502, EventName = nameof(ReloadRefused), Level = LogLevel.Error,
        Message = "Reload because of {Cause} refused, the configuration in use stays: {Problems}")]
    internal static partial void ReloadRefused(ILogger logger, string cause, string problems);

    [LoggerMessage(EventId = 503, EventName = nameof(ReloadDoubtful), Level = LogLevel.Warning, Message = "{Warning}")]
    internal static partial void ReloadDoubtful(ILogger logger, string warning);

    [LoggerMessage(EventId = 504, EventName = nameof(ReloadFailed), Level = LogLevel.Error, Message = "A reload failed because of a defect.")]
    internal static partial void ReloadFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 505, EventName = nameof(NoHandOver), Level = LogLevel.Debug,
        Message = "No successor can take over through {Path}: {Reason}")]
    internal static partial void NoHandOver(ILogger logger, string path, string reason);
}
