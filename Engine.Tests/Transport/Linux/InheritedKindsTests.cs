// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Transport.Linux;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Tests.Transport.Linux;

/// <summary>Sockets that another process has sent: only those are kept that could serve a listener.</summary>
public class InheritedKindsTests
{
    [LinuxTheory]
    [InlineData("a TCP socket that listens", true)]
    [InlineData("a TCP socket that is bound and does not listen", false)]
    [InlineData("a UDP socket that is bound", true)]
    [InlineData("a UDP socket that hears one sender alone", false)]
    [InlineData("a unix socket that listens", false)]
    [InlineData("a file", false)]
    public void Sockets_OfEveryKind_AreKeptOrClosedAtOnce(string kind, bool isKept)
    {
        int descriptor = Open(kind);

        var inherited = new InheritedSockets([descriptor]);

        Assert.Equal(isKept ? 1 : 0, inherited.CloseRest().Count);
    }

    private static int Open(string kind)
    {
        using Socket? socket = kind switch
        {
            ['a', ' ', 'T', ..] => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp),
            "a unix socket that listens" => new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),
            "a file" => null,
            _ => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp),
        };
        if (socket is null)
        {
            using FileStream file = File.OpenRead("/dev/null");
            return SocketCalls.Duplicate((int)file.SafeFileHandle.DangerousGetHandle()).Value;
        }

        socket.Bind(socket.AddressFamily == AddressFamily.Unix
            ? new UnixDomainSocketEndPoint($"\0lb-test-{Guid.NewGuid():N}")
            : new IPEndPoint(IPAddress.Loopback, 0));
        if (kind.EndsWith("that listens", StringComparison.Ordinal))
        {
            socket.Listen();
        }
        else if (kind.EndsWith("alone", StringComparison.Ordinal))
        {
            socket.Connect(IPAddress.Loopback, 9);
        }

        return SocketCalls.Duplicate((int)socket.Handle).Value;
    }
}
