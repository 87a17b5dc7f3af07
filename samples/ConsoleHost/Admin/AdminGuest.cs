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
/// <param name="timeProvider">Measures how long it has stayed.</param>
internal sealed class AdminGuest(string peer, AdminStanding standing, Action leave, TimeProvider timeProvider)
{
    /// <summary>
    /// How long a guest may stay whoever comes, by its standing: longer than an honest client takes to speak, so that those who come again as soon as they
    /// are sent away pass at a bounded pace; and longer than an answer takes, but for a reload that waits for name servers.
    /// </summary>
    private static readonly TimeSpan[] ShortestStays =
        [TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5)];

    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    private long _since = timeProvider.GetTimestamp();
    private volatile AdminStanding _standing = standing;

    public string Peer => peer;

    /// <summary>How long it may still stay whoever comes; not above zero when it has to leave for others.</summary>
    public TimeSpan Stays => ShortestStays[(int)_standing] - timeProvider.GetElapsedTime(Volatile.Read(ref _since));

    /// <summary>Written by the request that it carries, one after the other; read by any thread.</summary>
    public AdminStanding Standing
    {
        get => _standing;
        set
        {
            Volatile.Write(ref _since, timeProvider.GetTimestamp());
            _standing = value;
        }
    }

    public static AdminGuest Of(ConnectionContext connection)
    {
        Socket? socket = connection.Features.Get<IConnectionSocketFeature>()?.Socket;
        try
        {
            AdminStanding standing = socket?.Available > 0 ? AdminStanding.Heard : AdminStanding.Silent;
            return new AdminGuest(Describe(connection.RemoteEndPoint, socket), standing, connection.Abort, TimeProvider.System);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It was gone before it was looked at.
            return new AdminGuest("", AdminStanding.Silent, connection.Abort, TimeProvider.System);
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
