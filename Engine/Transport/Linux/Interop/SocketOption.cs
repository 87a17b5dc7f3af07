// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Linux.Interop;

/// <summary>Levels and names for setsockopt (asm-generic/socket.h, linux/tcp.h, linux/in6.h), the same on x64 and arm64.</summary>
internal static class SocketOption
{
    internal const int SOL_SOCKET = 1;
    internal const int SO_REUSEADDR = 2;
    internal const int SO_ERROR = 4;
    internal const int SO_KEEPALIVE = 9;
    internal const int SO_LINGER = 13;
    internal const int SO_REUSEPORT = 15;

    internal const int IPPROTO_TCP = 6;
    internal const int TCP_NODELAY = 1;
    internal const int TCP_KEEPIDLE = 4;
    internal const int TCP_KEEPINTVL = 5;
    internal const int TCP_KEEPCNT = 6;
    internal const int TCP_QUICKACK = 12;

    internal const int IPPROTO_IPV6 = 41;
    internal const int IPV6_V6ONLY = 26;
}
