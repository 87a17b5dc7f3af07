// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Admin.Doctor.Examinations;

namespace LbEngine.Admin.Doctor;

/// <summary>The first connection of a process, and the first refusal, cost it some 20 ms of its own; they must not appear as the backend's.</summary>
internal static class WarmUp
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(200);

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var endPoint = (IPEndPoint)listener.LocalEndpoint;
            (_, Socket? socket) = await ConnectExamination.OpenAsync(endPoint, Limit, Limit, cancellationToken).ConfigureAwait(false);
            socket?.Dispose();
            listener.Stop();
            (_, socket) = await ConnectExamination.OpenAsync(endPoint, Limit, Limit, cancellationToken).ConfigureAwait(false);
            socket?.Dispose();
        }
        catch (SocketException)
        {
            // Without it the first figure is too large, and the examination will say what this host lacks.
        }
    }
}
