// SPDX-License-Identifier: MIT
namespace LbEngine.Lifecycle;

/// <summary>What a transport does next with a datagram, or with the flow that it belongs to. Chosen by <see cref="FlowStory"/>.</summary>
internal enum FlowStep : byte
{
    /// <summary>The flow takes the datagram.</summary>
    Use,

    /// <summary>The flow goes on for its replies alone, out of the way; the datagram begins another one.</summary>
    Detach,

    /// <summary>The flow ends; the datagram, if there is one, begins another.</summary>
    End,

    /// <summary>The flow goes on with its next backend.</summary>
    Retry,

    /// <summary>The oldest flow that was never answered ends with <see cref="CloseReason.Evicted"/>; then the same is tried once more.</summary>
    MakeRoom,

    /// <summary>The datagram is lost, and counted.</summary>
    Drop,
}
