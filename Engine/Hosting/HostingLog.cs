// SPDX-License-Identifier: MIT
using Microsoft.Extensions.Logging;

namespace LbEngine.Hosting;

/// <summary>What an engine says of its host, in the log of the engine.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(EventId = 410, EventName = nameof(Changed), Level = LogLevel.Information, Message = "The host's configuration has changed: {Change}.")]
    internal static partial void Changed(ILogger logger, string change);

    [LoggerMessage(EventId = 411, EventName = nameof(ChangedMore), Level = LogLevel.Information,
        Message = "The host's configuration has changed in {ChangeCount} more places.")]
    internal static partial void ChangedMore(ILogger logger, int changeCount);

    [LoggerMessage(EventId = 412, EventName = nameof(ChangeRefused), Level = LogLevel.Error,
        Message = "The host's configuration has changed, but cannot be used: {Mistake}.")]
    internal static partial void ChangeRefused(ILogger logger, string mistake);

    [LoggerMessage(EventId = 413, EventName = nameof(OldStays), Level = LogLevel.Error,
        Message = "The configuration of before stays in force (mistakes: {MistakeCount}); it is read again when it changes again.")]
    internal static partial void OldStays(ILogger logger, int mistakeCount);

    [LoggerMessage(EventId = 414, EventName = nameof(FollowFailed), Level = LogLevel.Error,
        Message = "The host's configuration has changed, but could not be read. The one of before stays in force.")]
    internal static partial void FollowFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 415, EventName = nameof(DrainShortened), Level = LogLevel.Information,
        Message = "The host gives its services {RemainingSeconds} s more to stop (HostOptions.ShutdownTimeout), and the drain may take {WantedSeconds} s by "
            + "the configuration: live connections get {TimeoutSeconds} s to end, and what is left then is closed within {SpreadSeconds} s.")]
    internal static partial void DrainShortened(
        ILogger logger, double remainingSeconds, double wantedSeconds, double timeoutSeconds, double spreadSeconds);
}
