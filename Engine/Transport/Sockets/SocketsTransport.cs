// SPDX-License-Identifier: MIT
using LbEngine.Connections;

namespace LbEngine.Transport.Sockets;

internal sealed class SocketsTransport : ITransport
{
    public SocketsTransport(TransportContext context) => throw new NotImplementedException(context.ToString());

    public string Name => "sockets";

    public ValueTask StartAsync(IReadOnlyList<Listener> listeners, CancellationToken cancellationToken) => throw new NotImplementedException();

    public ValueTask StopAcceptingAsync() => throw new NotImplementedException();

    public ValueTask CloseConnectionsAsync(CloseReason reason, TimeSpan spread) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
