// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace LbEngine.Transport.Linux.Interop;

/// <summary>Keeps datagrams away from a socket for a while: a classic packet filter (man 7 socket, SO_ATTACH_FILTER) of one instruction.</summary>
internal static unsafe class SocketFilter
{
    private const ushort BPF_RET = 0x06;

    /// <summary>From now on the socket receives nothing.</summary>
    public static IoResult Block(int fd)
    {
        // Returns 0: keep no byte of the packet.
        Instruction drop = new() { Code = BPF_RET };
        Program program = new() { Length = 1, Instructions = &drop };
        return LibC.setsockopt(fd, SocketOption.SOL_SOCKET, SocketOption.SO_ATTACH_FILTER, &program, (uint)sizeof(Program)) < 0
            ? IoResult.Failure(Marshal.GetLastPInvokeError())
            : IoResult.Success(0);
    }

    public static void Unblock(int fd)
    {
        int ignored = 0;
        _ = LibC.setsockopt(fd, SocketOption.SOL_SOCKET, SocketOption.SO_DETACH_FILTER, &ignored, sizeof(int));
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
