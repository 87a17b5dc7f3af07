// SPDX-License-Identifier: MIT
namespace LbEngine.Lifecycle;

/// <summary>When a client whose backends have all failed it may have another round of them. Pure; every transport asks through the forwarder.</summary>
internal static class RetryRules
{
    /// <summary>How long to wait before the next round; 0 when there is none.</summary>
    /// <param name="now">Clock milliseconds.</param>
    /// <param name="placed">When the client was placed first.</param>
    /// <param name="retry">The pool's <c>connectRetry</c>; 0 for off.</param>
    /// <param name="timeout">The pool's <c>connectTimeout</c>: no round begins later than that after the client was placed.</param>
    public static int WaitMilliseconds(long now, long placed, int retry, int timeout) => retry > 0 && now + retry <= placed + timeout ? retry : 0;
}
