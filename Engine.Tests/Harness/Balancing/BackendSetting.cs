// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Harness.Balancing;

/// <summary>One backend of a <see cref="BalancerSettings"/>. The address is text, so that settings travel to child processes.</summary>
internal sealed record BackendSetting(string Name, string Address, int Weight = 1, int MaxConnections = 0);
