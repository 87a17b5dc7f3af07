// SPDX-License-Identifier: MIT
using System.Net.Sockets;

namespace LbEngine.Transport.Sockets.Streams;

/// <summary>
/// Holds an idle time-out back while bytes have come that only this process has not read yet: it stood still, or its thread pool is
/// busy. Mutable; the tick only.
/// </summary>
internal struct UnreadInput
{
    /// <summary>How long until the bytes should have been read.</summary>
    private const int LookMilliseconds = 100;

    // Bytes that nobody reads for seconds are no traffic: whatever the reason is, the connection must end.
    private const int MostLooks = 50;

    private int _looks;

    /// <summary>True when the deadline has passed and nothing speaks for more time; otherwise it may be put off.</summary>
    /// <param name="deadline">When nothing will have moved for too long.</param>
    /// <param name="now">Clock milliseconds.</param>
    /// <param name="client">The client's socket; null when its bytes have to wait, because the backend takes none.</param>
    /// <param name="backend">The backend's socket, in the same way.</param>
    public bool IsOver(ref long deadline, long now, Socket? client, Socket? backend)
    {
        if (now < deadline)
        {
            _looks = 0;
            return false;
        }

        if (_looks++ < MostLooks && (HasBytes(client) || HasBytes(backend)))
        {
            deadline = now + LookMilliseconds;
            return false;
        }

        return true;
    }

    private static bool HasBytes(Socket? socket)
    {
        try
        {
            return socket is { Available: > 0 };
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
}
