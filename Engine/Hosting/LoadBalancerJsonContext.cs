// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;
using LbEngine.Configuration;
using LbEngine.Leasing;
using LbEngine.Observability;
using LbEngine.Observability.Events;

namespace LbEngine.Hosting;

/// <summary>What <see cref="LoadBalancerJson"/> shows of itself. Everything that these types hold comes with them.</summary>
[JsonSerializable(typeof(LoadBalancerStatus))]
[JsonSerializable(typeof(IEnumerable<ConnectionStatus>))]
[JsonSerializable(typeof(ConnectionStatus[]))]
[JsonSerializable(typeof(IEnumerable<AffinityStatus>))]
[JsonSerializable(typeof(AffinityStatus[]))]
[JsonSerializable(typeof(LoadBalancerOptions))]
[JsonSerializable(typeof(LoadBalancerOptionsReadResult))]
[JsonSerializable(typeof(IReadOnlyList<ConfigurationChange>))]
[JsonSerializable(typeof(ConfigurationChange[]))]
[JsonSerializable(typeof(ConfigurationError[]))]
[JsonSerializable(typeof(LoadBalancerEvent))]
[JsonSerializable(typeof(LoadBalancerEventKinds))]
[JsonSerializable(typeof(LeaseRequest))]
[JsonSerializable(typeof(LeaseFailure))]
[JsonSerializable(typeof(ConfigurationNodeKind))]
internal sealed partial class LoadBalancerJsonContext : JsonSerializerContext;
