// SPDX-License-Identifier: MIT
namespace LbEngine.Transport.Linux.Interop;

/// <summary>Levels and names for setsockopt (asm-generic/socket.h, linux/tcp.h, linux/udp.h, linux/in.h, linux/in6.h), the same on x64 and arm64.</summary>
internal static class SocketOption
{
    internal const int SOL_SOCKET = 1;
    internal const int SO_REUSEADDR = 2;
    internal const int SO_TYPE = 3;
    internal const int SO_ERROR = 4;
    internal const int SO_SNDBUF = 7;
    internal const int SO_RCVBUF = 8;
    internal const int SO_KEEPALIVE = 9;
    internal const int SO_LINGER = 13;
    internal const int SO_REUSEPORT = 15;
    internal const int SO_ATTACH_FILTER = 26;
    internal const int SO_DETACH_FILTER = 27;
    internal const int SO_ACCEPTCONN = 30;
    internal const int SO_SNDBUFFORCE = 32;
    internal const int SO_RCVBUFFORCE = 33;
    internal const int SO_PROTOCOL = 38;
    internal const int SO_DOMAIN = 39;
    internal const int SO_RXQ_OVFL = 40;
    internal const int SO_MEMINFO = 55;
    internal const int SO_BINDTOIFINDEX = 62;

    internal const int IPPROTO_IP = 0;
    internal const int IP_TTL = 2;
    internal const int IP_PKTINFO = 8;
    internal const int IP_RECVERR = 11;
    internal const int IP_FREEBIND = 15;
    internal const int IP_TRANSPARENT = 19;
    internal const int IP_BIND_ADDRESS_NO_PORT = 24;

    internal const int IPPROTO_UDP = 17;
    internal const int UDP_SEGMENT = 103;
    internal const int UDP_GRO = 104;

    internal const int IPPROTO_TCP = 6;
    internal const int TCP_NODELAY = 1;
    internal const int TCP_KEEPIDLE = 4;
    internal const int TCP_KEEPINTVL = 5;
    internal const int TCP_KEEPCNT = 6;
    internal const int TCP_INFO = 11;
    internal const int TCP_QUICKACK = 12;
    internal const int TCP_REPAIR = 19;

    internal const int IPPROTO_IPV6 = 41;
    internal const int IPV6_UNICAST_HOPS = 16;
    internal const int IPV6_RECVERR = 25;
    internal const int IPV6_V6ONLY = 26;
    internal const int IPV6_RECVPKTINFO = 49;
    internal const int IPV6_PKTINFO = 50;
    internal const int IPV6_TRANSPARENT = 75;
    internal const int IPV6_FREEBIND = 78;
}
