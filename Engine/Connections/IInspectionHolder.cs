// SPDX-License-Identifier: MIT
using LbEngine.Lifecycle;

namespace LbEngine.Connections;

/// <summary>Who holds clients that are inspected, and alone may end them: a reactor, the portable transport, a network in memory.</summary>
internal interface IInspectionHolder
{
    /// <summary>False where several threads at once bring and take clients: then its <see cref="InspectedClients"/> have a lock.</summary>
    bool IsOneThread { get; }

    /// <summary>
    /// Ends those of its clients that <see cref="InspectedClients.TryTakeAsked"/> gives, with <see cref="RejectReason.InspectionLimit"/>. Any thread.
    /// </summary>
    /// <param name="clients">Of which they are.</param>
    /// <param name="isHolder">True when the holder itself calls, on a thread on which it may end them: then they have ended when this returns. Otherwise
    /// they end in the holder's own time.</param>
    void MakeRoom(InspectedClients clients, bool isHolder);
}
