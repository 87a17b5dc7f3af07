// SPDX-License-Identifier: MIT
using System.Net.Sockets;

namespace LbEngine.Tests.Harness.Datagrams;

/// <summary>Queues so long that the test's own ends lose nothing.</summary>
internal static class DatagramBuffers
{
    public const int Longest = 65536;

    private const int Bytes = 8 * 1024 * 1024;
    private const int SocketLevel = 1;
    private const int ReceiveBufferForce = 33;

    public static void Enlarge(Socket socket)
    {
        socket.ReceiveBufferSize = Bytes;
        socket.SendBufferSize = Bytes;
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess)
        {
            socket.SetRawSocketOption(SocketLevel, ReceiveBufferForce, BitConverter.GetBytes(Bytes));
        }
    }
}
