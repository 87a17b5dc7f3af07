// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LbEngine.Tables;

namespace LbEngine.Transport;

/// <summary>Recognises a socket that has met itself: its own address is its peer's, and nobody else is there. Any thread.</summary>
/// <remarks>
/// <para>
/// A connect to an address of this host where nobody listens may be given the very port that it goes to: TCP then opens with both ends in one
/// socket (simultaneous open, RFC 9293 section 3.5), and UDP sends to itself. Everything comes back as if a backend echoed it, and the
/// backend cannot bind its port meanwhile. Such a backend has refused.
/// </para>
/// <para>
/// It can only happen where the port is one that this host gives to outgoing sockets. Backends seldom have such a port, and for all others
/// nothing is asked; whether the address is this host's is not asked either, because that may change at any time.
/// </para>
/// </remarks>
internal static class SelfMeeting
{
    private const string RangeFile = "/proc/sys/net/ipv4/ip_local_port_range";

    // What no system goes below; where the range is not known, all of it counts.
    private const int LowestGiven = 1024;

    private static readonly (int First, int Last) Given = ReadRange();

    /// <summary>True when a socket towards this port may be given the port itself, so that it has to be looked at.</summary>
    public static bool IsPossible(int port) => port >= Given.First && port <= Given.Last;

    /// <summary>True when the own address of a socket is the one that it was connected to.</summary>
    public static bool Is(EndPointKey own, EndPointKey peer) => own == peer;

    /// <summary>The same of a connected socket. False for one that is closed, or reset, meanwhile.</summary>
    public static bool Is(Socket socket, IPEndPoint peer)
    {
        if (!IsPossible(peer.Port))
        {
            return false;
        }

        try
        {
            return socket.LocalEndPoint is IPEndPoint own && Is(EndPointKey.From(own), EndPointKey.From(peer));
        }
        catch (SocketException)
        {
            return false;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Reads "32768	60999".</summary>
    internal static (int First, int Last) ParseRange(string text)
    {
        string[] parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int last)
            ? (first, last)
            : (LowestGiven, IPEndPoint.MaxPort);
    }

    private static (int First, int Last) ReadRange()
    {
        try
        {
            return ParseRange(File.Exists(RangeFile) ? File.ReadAllText(RangeFile) : "");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ParseRange("");
        }
    }
}
