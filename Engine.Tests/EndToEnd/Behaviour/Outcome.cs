// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.EndToEnd.Behaviour;

/// <summary>What both ends saw, in words that can be compared.</summary>
internal sealed record Outcome(string Client, string Backend)
{
    public override string ToString() => $"client: {Client}; backend: {Backend}";
}
