// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Harness.Stages;

/// <summary>Tests with real sockets run one after the other and beside nothing else: they count descriptors and measure time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EndToEndGroup
{
    public const string Name = "EndToEnd";
}
