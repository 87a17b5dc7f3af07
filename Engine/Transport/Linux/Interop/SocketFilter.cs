// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace LbEngine.Transport.Linux.Interop;

/// <summary>Keeps packets away from a socket: classic packet filters (man 7 socket, SO_ATTACH_FILTER) of few instructions.</summary>
internal static unsafe class SocketFilter
{
    private const ushort BPF_RET = 0x06;
    private const ushort BPF_LD_B_ABS = 0x30;
    private const ushort BPF_JMP_JSET = 0x45;
    private const uint AllBytes = uint.MaxValue;

    // RFC 9293, section 3.1. A filter of a TCP socket sees packets from their TCP header on.
    private const uint FlagsOffset = 13;
    private const uint SYN = 0x02;

    /// <summary>From now on the socket receives nothing.</summary>
    public static IoResult Block(int fd)
    {
        // Returns 0: keep no byte of the packet.
        Instruction drop = new() { Code = BPF_RET };
        return Attach(fd, &drop, 1);
    }

    /// <summary>
    /// From now on a listening TCP socket takes no new client; handshakes under way end as they would. Who comes meanwhile hears nothing and tries
    /// again a second later.
    /// </summary>
    public static IoResult BlockNewClients(int fd)
    {
        Instruction* instructions = stackalloc Instruction[]
        {
            new() { Code = BPF_LD_B_ABS, Operand = FlagsOffset },
            new() { Code = BPF_JMP_JSET, JumpFalse = 1, Operand = SYN },
            new() { Code = BPF_RET },
            new() { Code = BPF_RET, Operand = AllBytes },
        };
        return Attach(fd, instructions, 4);
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
