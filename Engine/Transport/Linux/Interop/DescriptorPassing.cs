// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace LbEngine.Transport.Linux.Interop;

/// <summary>Sends open descriptors to another process over a unix socket (SCM_RIGHTS, man 7 unix).</summary>
internal static unsafe class DescriptorPassing
{
    /// <summary>Descriptors in one message. The kernel takes 253 (SCM_MAX_FD).</summary>
    public const int MaxPerMessage = 200;

    private const int HeaderSize = 16;
    private const int SCM_RIGHTS = 1;
    private const int MSG_NOSIGNAL = 0x4000;
    private const int MSG_CMSG_CLOEXEC = 0x4000_0000;
    private const int MSG_CTRUNC = 0x8;

    /// <summary>Sends one message: a number, and descriptors, which stay open here.</summary>
    public static IoResult Send(int socket, int number, ReadOnlySpan<int> descriptors)
    {
        byte* control = stackalloc byte[HeaderSize + (MaxPerMessage * sizeof(int)) + 8];
        int length = HeaderSize + (descriptors.Length * sizeof(int));
        *(ulong*)control = (ulong)length;
        *(int*)(control + 8) = SocketOption.SOL_SOCKET;
        *(int*)(control + 12) = SCM_RIGHTS;
        descriptors.CopyTo(new Span<int>(control + HeaderSize, MaxPerMessage));
        IoVector vector = new() { Start = (byte*)&number, Length = sizeof(int) };
        MessageHeader header = new() { Vectors = &vector, VectorCount = 1 };
        if (!descriptors.IsEmpty)
        {
            header.Control = control;
            header.ControlLength = (nuint)length;
        }

        while (true)
        {
            if (LibC.sendmsg(socket, &header, MSG_NOSIGNAL) >= 0)
            {
                return IoResult.Success(0);
            }

            int errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.EINTR)
            {
                return IoResult.Failure(errno);
            }
        }
    }

    /// <summary>
    /// Receives one message; its descriptors belong to the caller. Fails with EPROTO when it is not one of ours, or the other side has ended.
    /// </summary>
    public static IoResult Receive(int socket, out int number, out int[] descriptors)
    {
        int room = HeaderSize + (MaxPerMessage * sizeof(int)) + 8;
        byte* control = stackalloc byte[room];
        int value = 0;
        IoVector vector = new() { Start = (byte*)&value, Length = sizeof(int) };
        MessageHeader header = new() { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = (nuint)room };
        nint received;
        do
        {
            received = LibC.recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
        }
        while (received < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);

        number = value;
        descriptors = [];
        if (received < 0)
        {
            return IoResult.Failure(Marshal.GetLastPInvokeError());
        }

        if (header.ControlLength >= HeaderSize && *(int*)(control + 8) == SocketOption.SOL_SOCKET && *(int*)(control + 12) == SCM_RIGHTS)
        {
            int count = ((int)*(ulong*)control - HeaderSize) / sizeof(int);
            descriptors = new Span<int>(control + HeaderSize, count).ToArray();
        }

        bool isWhole = received == sizeof(int) && (header.Flags & MSG_CTRUNC) == 0;
        return isWhole ? IoResult.Success(0) : IoResult.Failure(Errno.EPROTO);
    }
}
