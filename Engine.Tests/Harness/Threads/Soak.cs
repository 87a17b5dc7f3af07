// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Harness.Threads;

/// <summary>Tests that keep every core busy: they run one after another, with no other test beside them.</summary>
[CollectionDefinition("Soak", DisableParallelization = true)]
public sealed class Soak;
