// SPDX-License-Identifier: MIT
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace LbEngine.ConsoleHost.Admin;

/// <summary>Accepts connections to the admin interface, each into the <see cref="AdminCrowd"/>. Called by the server's accept loop alone.</summary>
/// <remarks>
/// A newcomer is served at once, also when there are too many; the next one is accepted when somebody has left for it. Whoever leaves has stayed for its
/// time (<see cref="AdminGuest.Stays"/>): clients that come again as soon as they are sent away would otherwise keep a processor busy with nothing else, and
/// whoever waits for an answer gets it. An operator behind 200 silent ones waits for half a second.
/// </remarks>
/// <param name="inner">Accepts.</param>
/// <param name="crowd">Who is there.</param>
internal sealed class AdminDoor(IConnectionListener inner, AdminCrowd crowd) : IConnectionListener
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    public EndPoint EndPoint => inner.EndPoint;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        await MakeRoomAsync(cancellationToken);
        if (await inner.AcceptAsync(cancellationToken) is not ConnectionContext connection)
        {
            return null;
        }

        AdminGuest guest = AdminGuest.Of(connection);
        connection.Features.Set(guest);
        crowd.Enter(guest);
        return connection;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    /// <summary>For the one that came last.</summary>
    private async Task MakeRoomAsync(CancellationToken cancellationToken)
    {
        while (crowd.FindLeaving() is AdminGuest leaving)
        {
            if (leaving.Stays > TimeSpan.Zero)
            {
                // Again and again: another one may have gone by itself.
                await Task.Delay(LookEvery, cancellationToken);
                continue;
            }

            crowd.Leave(leaving);
            leaving.SendAway();
        }
    }
}
