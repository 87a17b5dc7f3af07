// SPDX-License-Identifier: MIT
namespace LbEngine.Testing;

/// <summary>One end of a link, seen from the other end. Every method only notes what came and queues work, so no chain of calls is deep.</summary>
/// <remarks>Called under the lock of the <see cref="RunQueue"/> only.</remarks>
internal interface IMemoryEnd
{
    /// <summary>Takes bytes and returns how many; the rest stays with the sender until <see cref="PeerHasRoom"/>.</summary>
    int Take(ReadOnlySpan<byte> bytes);

    /// <summary>The other end has sent everything and will send no more.</summary>
    void TakeFin();

    /// <summary>The other end is gone.</summary>
    void TakeReset();

    /// <summary>The other end may take bytes again.</summary>
    void PeerHasRoom();
}
