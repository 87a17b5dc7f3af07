// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace LbEngine.ConsoleHost.Admin;

/// <summary>One connection to the admin interface.</summary>
/// <param name="peer">Who connected, as far as the system tells: a process, or an address.</param>
/// <param name="standing">What it is good for at first.</param>
/// <param name="leave">Closes it.</param>
internal sealed class AdminGuest(string peer, AdminStanding standing, Action leave)
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    private readonly long _came = TimeProvider.System.GetTimestamp();
    private volatile AdminStanding _standing = standing;

    public string Peer => peer;

    /// <summary>How long it has been there.</summary>
    public TimeSpan Age => TimeProvider.System.GetElapsedTime(_came);

    /// <summary>Written by the request that it carries, one after the other; read by any thread.</summary>
    public AdminStanding Standing
    {
        get => _standing;
        set => _standing = value;
    }

    public static AdminGuest Of(ConnectionContext connection)
    {
        Socket? socket = connection.Features.Get<IConnectionSocketFeature>()?.Socket;
        try
        {
            return new AdminGuest(
                Describe(connection.RemoteEndPoint, socket), socket?.Available > 0 ? AdminStanding.Heard : AdminStanding.Silent, connection.Abort);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It was gone before it was looked at.
            return new AdminGuest("", AdminStanding.Silent, connection.Abort);
        }
    }

    public void SendAway() => leave();

    private static string Describe(EndPoint? remote, Socket? socket)
    {
        if (remote is IPEndPoint endPoint)
        {
            return endPoint.Address.ToString();
        }

        if (!OperatingSystem.IsLinux() || socket is null)
        {
            return "";
        }

        // struct ucred { pid_t pid; uid_t uid; gid_t gid; }, man 7 unix
        Span<byte> credentials = stackalloc byte[3 * sizeof(int)];
        _ = socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials);
        return Convert.ToHexString(credentials);
    }
}
