// SPDX-License-Identifier: MIT
namespace LbEngine.Observability.Events;

/// <summary>The reader was slower than the engine: events are missing between the one before this and the one after.</summary>
/// <param name="Count">How many.</param>
public sealed record EventsLost(long Count) : LoadBalancerEvent;
