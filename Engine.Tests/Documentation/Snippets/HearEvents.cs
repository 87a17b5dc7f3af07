// SPDX-License-Identifier: MIT
using LbEngine;
using LbEngine.Backends;
using LbEngine.Lifecycle;
using LbEngine.Observability.Events;

// Not below LbEngine: a visitor needs the usings.
namespace Documentation.Snippets;

/// <summary>Follows what happens in an engine.</summary>
internal static class HearEvents
{
    public static async Task ReadAsync(LoadBalancer balancer, CancellationToken token)
    {
        await foreach (LoadBalancerEvent told in balancer.ReadEventsAsync(cancellationToken: token))
        {
            switch (told)
            {
                case BackendStateChanged { After.HealthState: HealthState.Down } down:
                    Console.WriteLine($"{down.Pool}/{down.Backend} is down");
                    break;
                case ConnectionEnded { Reason: not CloseReason.Completed } ended:
                    Console.WriteLine($"{ended.Client} lost {ended.Backend}: {ended.Reason} after {ended.Duration}");
                    break;
                case EventsLost lost:
                    Console.WriteLine($"{lost.Count} events came faster than they were read");
                    break;
            }
        }
    }
}
