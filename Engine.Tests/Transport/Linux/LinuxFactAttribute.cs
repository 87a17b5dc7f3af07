// SPDX-License-Identifier: MIT
using LbEngine.Transport.Linux;

namespace LbEngine.Tests.Transport.Linux;

/// <summary>A test of system calls that only Linux has.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxFactAttribute : FactAttribute
{
    /// <summary>Skips where the Linux transport cannot run.</summary>
    public LinuxFactAttribute()
    {
        if (!LinuxTransport.IsSupported)
        {
            Skip = "Needs Linux on x64 or arm64.";
        }
    }
}
