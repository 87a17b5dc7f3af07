// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Linux.Interop;

/// <summary><c>struct iovec</c> (bits/types/struct_iovec.h).</summary>
internal unsafe struct IoVector
{
    public byte* Start;
    public nuint Length;
}
