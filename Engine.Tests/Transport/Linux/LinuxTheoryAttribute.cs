// SPDX-License-Identifier: MIT
using LbEngine.Transport.Linux;

namespace LbEngine.Tests.Transport.Linux;

/// <summary>A table of system calls of Linux; skipped elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public LinuxTheoryAttribute()
    {
        if (!LinuxTransport.IsSupported)
        {
            Skip = "Needs Linux on x64 or arm64.";
        }
    }
}
