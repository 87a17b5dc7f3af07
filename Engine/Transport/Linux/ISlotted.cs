// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Linux;

/// <summary>Something that lies in <see cref="PooledSlots{T}"/>.</summary>
internal interface ISlotted
{
    /// <summary>Position in the slots; goes into epoll data with <see cref="Generation"/>.</summary>
    int Index { get; set; }

    /// <summary>Distinguishes this use of the slot from earlier ones.</summary>
    uint Generation { get; set; }

    /// <summary>Forgets everything before the object goes back to its pool.</summary>
    void Reset();
}
