// SPDX-License-Identifier: MIT
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace LbEngine.ConsoleHost.Admin;

/// <summary>Puts an <see cref="AdminDoor"/> before the server's own listener.</summary>
internal sealed class AdminDoorFactory(IConnectionListenerFactory inner, AdminCrowd crowd) : IConnectionListenerFactory
{
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new AdminDoor(await inner.BindAsync(endpoint, cancellationToken), crowd);
}
