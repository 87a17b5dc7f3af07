// SPDX-License-Identifier: MIT
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace LbEngine.ConsoleHost.Admin;

/// <summary>Accepts connections to the admin interface, each into the <see cref="AdminCrowd"/>. Called by the server's accept loop alone.</summary>
/// <remarks>
/// A newcomer is served at once, also when there are too many; the next one is accepted when somebody has left for it. Whoever leaves has been there for
/// <see cref="ShortestStay"/>: clients that come again as soon as they are sent away would otherwise keep a processor busy with nothing else. They pass at a
/// bounded pace, and an operator behind 200 of them waits for half a second.
/// </remarks>
/// <param name="inner">Accepts.</param>
/// <param name="crowd">Who is there.</param>
internal sealed class AdminDoor(IConnectionListener inner, AdminCrowd crowd) : IConnectionListener
{
    private static readonly TimeSpan ShortestStay = TimeSpan.FromMilliseconds(50);

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
            TimeSpan stays = ShortestStay - leaving.Age;
            if (stays > TimeSpan.Zero)
            {
                // Then looks again: another one may have gone by itself.
                await Task.Delay(stays, cancellationToken);
                continue;
            }

            crowd.Leave(leaving);
            leaving.SendAway();
        }
    }
}
