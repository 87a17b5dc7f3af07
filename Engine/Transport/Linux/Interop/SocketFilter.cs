// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace LbEngine.Transport.Linux.Interop;

/// <summary>Keeps packets away from a socket: classic packet filters (man 7 socket, SO_ATTACH_FILTER) of few instructions.</summary>
internal static unsafe class SocketFilter
{
    private const ushort BPF_RET = 0x06;

    /// <summary>From now on the socket receives nothing.</summary>
    public static IoResult Block(int fd)
    {
        // Returns 0: keep no byte of the packet.
        Instruction drop = new() { Code = BPF_RET };
        return Attach(fd, &drop, 1);
    }

    public static void Unblock(int fd)
    {
        int ignored = 0;
        _ = LibC.setsockopt(fd, SocketOption.SOL_SOCKET, SocketOption.SO_DETACH_FILTER, &ignored, sizeof(int));
    }

    private static IoResult Attach(int fd, Instruction* instructions, ushort count)
    {
        Program program = new() { Length = count, Instructions = instructions };
        return LibC.setsockopt(fd, SocketOption.SOL_SOCKET, SocketOption.SO_ATTACH_FILTER, &program, (uint)sizeof(Program)) < 0
            ? IoResult.Failure(Marshal.GetLastPInvokeError())
            : IoResult.Success(0);
    }

    /// <summary><c>struct sock_filter</c> (linux/filter.h).</summary>
    private struct Instruction
    {
        public ushort Code;
        public byte JumpTrue;
        public byte JumpFalse;
        public uint Operand;
    }

    /// <summary><c>struct sock_fprog</c> (linux/filter.h).</summary>
    private struct Program
    {
        public ushort Length;
        public Instruction* Instructions;
    }
}
