// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Admin.Doctor.Findings;
using LbEngine.Transport.Probes;

namespace LbEngine.Admin.Doctor.Examinations;

/// <summary>Connects, and hands the open socket to whoever examines further.</summary>
internal static class ConnectExamination
{
    /// <summary>Waits for at most <paramref name="patience"/>. The socket is null when it did not open; it belongs to the caller.</summary>
    public static async Task<(ConnectFinding Finding, Socket? Socket)> OpenAsync(
        IPEndPoint endPoint, TimeSpan timeout, TimeSpan patience, CancellationToken cancellationToken, IPAddress? source = null)
    {
        long start = TimeProvider.System.GetTimestamp();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(patience);
        Socket? socket = null;
        try
        {
            socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            if (source is not null)
            {
                socket.Bind(new IPEndPoint(source, 0));
            }

            await socket.ConnectAsync(endPoint, deadline.Token).ConfigureAwait(false);
            if (HasMetItself(socket, endPoint))
            {
                socket.LingerState = new LingerOption(true, 0);
                throw new SocketException((int)SocketError.ConnectionRefused);
            }

            return (Finding(ConnectOutcome.Opened), socket);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket?.Dispose();
            return (Finding(ConnectOutcome.NoAnswer), null);
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            return (Finding(Classify(exception.SocketErrorCode), exception.Message), null);
        }
        catch
        {
            socket?.Dispose();
            throw;
        }

        ConnectFinding Finding(ConnectOutcome outcome, string detail = "") =>
            new(endPoint, outcome, TimeProvider.System.GetElapsedTime(start), timeout, detail);
    }

    /// <summary>Sends what the pool's backends expect first. What goes wrong with it shows in what follows.</summary>
    public static async Task GreetAsync(DoctorTarget target, Socket socket, CancellationToken cancellationToken)
    {
        if (target.SendsHeader)
        {
            byte[] header = ProbeGreeting.Write(target.SendProxy, target.Header, socket.LocalEndPoint, target.EndPoint);
            try
            {
                await socket.SendAsync(header, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                // A reset right behind the handshake: whoever asks next meets it, too.
            }
        }
    }

    /// <summary>
    /// True when the socket's own address is its peer's: nobody listens there, and the port that it was given is the one that it went to.
    /// </summary>
    public static bool HasMetItself(Socket socket, IPEndPoint endPoint) => endPoint.Equals(socket.LocalEndPoint);

    /// <summary>What an error of connect(2) says of the backend.</summary>
    /// <remarks>RST for a SYN comes as ConnectionRefused, RST after the handshake as ConnectionReset. A route that is set to "prohibit", and ICMPv6
    /// "administratively prohibited", come as AccessDenied.</remarks>
    public static ConnectOutcome Classify(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => ConnectOutcome.Refused,
        SocketError.ConnectionReset => ConnectOutcome.Reset,
        SocketError.TimedOut => ConnectOutcome.NoAnswer,
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => ConnectOutcome.Unreachable,
        SocketError.HostDown or SocketError.NetworkDown or SocketError.AccessDenied => ConnectOutcome.Unreachable,
        _ => ConnectOutcome.NotTried,
    };
}
