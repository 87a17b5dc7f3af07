// SPDX-License-Identifier: MIT
namespace LbEngine.Lifecycle;

/// <summary>Which failure of a flow is which reason. Pure; the one place for all transports.</summary>
internal static class FlowReasons
{
    /// <summary>How a flow ends that no backend takes: the last one failed so. As over TCP, but that a refusal has a reason of its own.</summary>
    public static CloseReason Ended(ConnectFailure last) =>
        IsRefusal(last) ? CloseReason.BackendRefused : EndRules.ReasonOf(last);

    /// <summary>True when one such failure proves that the backend takes no datagram now.</summary>
    public static bool IsRefusal(ConnectFailure failure) => failure is ConnectFailure.Refused or ConnectFailure.Prohibited;

    /// <summary>How a flow fails that meets an error of its path.</summary>
    public static ConnectFailure Failure(PathError error) => error switch
    {
        PathError.Refused => ConnectFailure.Refused,
        PathError.Prohibited => ConnectFailure.Prohibited,
        _ => ConnectFailure.Unreachable,
    };

    /// <summary>Why a datagram that an error of the path was the answer to counts as dropped, when its flow goes on.</summary>
    public static DropReason Dropped(PathError error) => error switch
    {
        PathError.TooLarge => DropReason.TooLarge,
        PathError.Refused or PathError.Prohibited => DropReason.Refused,
        _ => DropReason.SendFailed,
    };

    /// <summary>Why a datagram that was not sent counts as dropped.</summary>
    public static DropReason Dropped(SendFailure failure) => failure switch
    {
        SendFailure.QueueFull => DropReason.SendQueueFull,
        SendFailure.TooLarge => DropReason.TooLarge,
        SendFailure.Refused => DropReason.Refused,
        _ => DropReason.SendFailed,
    };

    /// <summary>The reason of the one datagram that is lost when a flow ends so; null when its end costs none.</summary>
    /// <remarks>A flow that is refused loses what the refusal was the answer to, whether it was answered before or not: it counts as passed on, and
    /// never arrived.</remarks>
    public static DropReason? LostWith(CloseReason end) => end switch
    {
        CloseReason.BackendRefused => DropReason.Refused,
        CloseReason.ConnectFailed or CloseReason.ConnectTimeout => DropReason.SendFailed,
        CloseReason.ResourceExhausted => DropReason.NoResources,
        _ => null,
    };
}
