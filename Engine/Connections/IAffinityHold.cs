// SPDX-License-Identifier: MIT
using LbEngine.Tables;

namespace LbEngine.Connections;

/// <summary>
/// The affinity rule by which a client was placed: the client keeps its entry from expiring, and gives it back here even if its pool has another rule
/// by then. Any thread.
/// </summary>
internal interface IAffinityHold
{
    /// <summary>The client's last connection may have ended: from now on its entry can expire.</summary>
    void Release(AddressKey client, long nowMilliseconds);

    /// <summary>The client goes to another backend from now on.</summary>
    void Replace(AddressKey client, int failedBackendId, int backendId);
}
