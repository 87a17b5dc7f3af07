// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using LbEngine.Admin.Doctor.Findings;

namespace LbEngine.Admin.Doctor.Examinations;

/// <summary>Connects from an address that is not this host's, and waits for what has to come back here.</summary>
internal static class ForeignExamination
{
    // Of the networks for examples (RFC 5737, RFC 3849), which no client has.
    private static readonly IPAddress Example = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress ExampleV6 = IPAddress.Parse("2001:db8::1");

    /// <summary>Waits for at most the target's time-out.</summary>
    public static async Task<ForeignFinding> RunAsync(DoctorTarget target, CancellationToken cancellationToken)
    {
        bool isIPv6 = target.EndPoint.AddressFamily == AddressFamily.InterNetworkV6;
        IPAddress source = isIPv6 ? ExampleV6 : Example;
        long start = TimeProvider.System.GetTimestamp();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(target.Timeout);
        using var socket = new Socket(target.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
        if (Bind(socket, source, isIPv6) is string problem)
        {
            return Finding(ConnectOutcome.NotTried, problem);
        }

        try
        {
            await socket.ConnectAsync(target.EndPoint, deadline.Token).ConfigureAwait(false);
            return Finding(ConnectOutcome.Opened);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Finding(ConnectOutcome.NoAnswer);
        }
        catch (SocketException exception)
        {
            return Finding(ConnectExamination.Classify(exception.SocketErrorCode), exception.Message);
        }

        ForeignFinding Finding(ConnectOutcome outcome, string detail = "") =>
            new(source, target.EndPoint, outcome, TimeProvider.System.GetElapsedTime(start), detail);
    }

    /// <summary>Why the socket cannot have the address; null when it has it.</summary>
    private static string? Bind(Socket socket, IPAddress source, bool isIPv6)
    {
        // IP_TRANSPARENT and IPV6_TRANSPARENT of linux/in.h and linux/in6.h.
        (int level, int name) = isIPv6 ? (41, 75) : (0, 19);
        if (!OperatingSystem.IsLinux())
        {
            return "it takes Linux";
        }

        try
        {
            int on = 1;
            socket.SetRawSocketOption(level, name, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in on)));
            socket.Bind(new IPEndPoint(source, 0));
            return null;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode is SocketError.AccessDenied or SocketError.OperationNotSupported
                ? "it takes CAP_NET_ADMIN, so run it as root"
                : exception.Message;
        }
    }
}
