// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Harness.Host;

/// <summary>A theory that needs root and programs by path; skipped where something is missing, except in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RootTheoryAttribute : TheoryAttribute
{
    public RootTheoryAttribute(params string[] programs) => Skip = Requirement.Root() ?? Requirement.Programs(programs);
}
