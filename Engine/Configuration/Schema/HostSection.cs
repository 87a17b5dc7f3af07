// SPDX-License-Identifier: MIT
namespace LbEngine.Configuration.Schema;

/// <summary>A section at the root of a configuration that a host adds to those of the engine, such as <c>admin</c> of the program <c>lb</c>.</summary>
/// <remarks>The engine reads and checks it with the same care as its own, and makes nothing of it.</remarks>
public abstract class HostSection
{
    private protected HostSection(string name) => Name = name;

    /// <summary>The name of the section.</summary>
    public string Name { get; }

    internal abstract Setting<LoadBalancerOptions> Row { get; }
}
