// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Admission;

/// <summary>Where a predecessor has sent a client.</summary>
/// <param name="Pool">Name of the pool.</param>
/// <param name="Backend">Name of the backend.</param>
/// <param name="Address">Its address: another one under the same name is another server.</param>
/// <param name="DeadlineMilliseconds">When the flow would have timed out, in clock milliseconds.</param>
internal sealed record HandedFlow(string Pool, string Backend, IPEndPoint Address, long DeadlineMilliseconds);
