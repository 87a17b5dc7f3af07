// SPDX-License-Identifier: MIT
namespace LbEngine.Observability;

/// <summary>
/// A backend that a reload has removed, or given another address, while it still has connections. It is listed until the last of them has ended.
/// </summary>
/// <param name="Pool">The pool that it was in; there may be none of that name any more.</param>
/// <param name="Backend">The backend as it was; one of the same name may be configured now.</param>
public sealed record LeavingBackendStatus(string Pool, BackendStatus Backend);
