// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace LbEngine.Scheduling;

/// <summary>A number that every thread writes, alone on its cache lines so that its neighbours stay readable at full speed.</summary>
/// <remarks>Two lines of 64 bytes, because processors fetch lines in pairs.</remarks>
[StructLayout(LayoutKind.Explicit, Size = 192)]
internal struct PaddedCounter
{
    /// <summary>Reached only through <see cref="Interlocked"/> and <see cref="Volatile"/>.</summary>
    [FieldOffset(64)]
    public long Value; // mutable, keep non-readonly
}
