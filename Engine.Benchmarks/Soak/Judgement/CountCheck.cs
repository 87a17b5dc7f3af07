// SPDX-License-Identifier: MIT
using LbEngine.Admin.Messages;

namespace LbEngine.Benchmarks.Soak.Judgement;

/// <summary>The balancer's own counts must add up once nobody is there any more. Pure.</summary>
internal static class CountCheck
{
    /// <param name="status">Of the balancer.</param>
    /// <param name="backends">All of them.</param>
    /// <param name="keptAllListeners">False: some have gone since the start, and their counts with them.</param>
    public static IEnumerable<string> Find(StatusMessage status, IReadOnlyList<BackendMessage> backends, bool keptAllListeners)
    {
        long accepted = status.Listeners.Sum(listener => listener.AcceptedConnections);
        long closed = status.Closed.Values.Sum();
        long rejected = status.Rejected.Values.Sum();
        if (keptAllListeners && accepted != closed + rejected + status.ActiveConnections)
        {
            yield return $"{accepted} connections and flows were accepted, {closed} have ended, {rejected} were rejected "
                + $"and {status.ActiveConnections} are live";
        }

        long atBackends = backends.Sum(backend => backend.ActiveConnections);
        if (atBackends != status.ActiveConnections)
        {
            yield return $"the backends count {atBackends} live connections and flows, the table {status.ActiveConnections}";
        }

        long atListeners = status.Listeners.Sum(listener => listener.ActiveConnections);
        if (atListeners != status.ActiveConnections)
        {
            yield return $"the listeners count {atListeners} live connections and flows, the table {status.ActiveConnections}";
        }

        long rejectedAtListeners = status.Listeners.Sum(listener => listener.RejectedConnections);
        if (keptAllListeners && rejectedAtListeners != rejected)
        {
            yield return $"the listeners have rejected {rejectedAtListeners} clients, the reasons add up to {rejected}";
        }

        if (status.Closed.TryGetValue("InternalError", out long errors))
        {
            yield return $"{errors} connections ended by InternalError";
        }
    }
}
