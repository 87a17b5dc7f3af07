// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>Something to be done by the one owner of a listener's flows, see <see cref="OwnerQueue"/>. It may lie in the queue once at a time.</summary>
internal interface IOwnedWork
{
    /// <summary>The queue's link, and nobody else's.</summary>
    IOwnedWork? NextWork { get; set; }

    /// <summary>A bounded piece of work; what is left is posted again. Owner only.</summary>
    void Run();

    /// <summary>
    /// <see cref="Run"/> threw, which is a defect and was logged: ends what cannot go on, and lets the rest go on. Owner only; must not throw.
    /// </summary>
    void OnFailed();
}
