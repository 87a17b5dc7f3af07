// SPDX-License-Identifier: MIT
namespace LbEngine.Tests.Harness.Host;

/// <summary>A theory that needs programs by path; skipped where one is missing, except in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PeerTheoryAttribute : TheoryAttribute
{
    public PeerTheoryAttribute(params string[] programs) => Skip = Requirement.Programs(programs);
}
