// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Lifecycle;
using LbEngine.Transport;

namespace LbEngine.Testing;

/// <summary>Sends to a backend that nobody expects a reply of: a reply is lost, and an error counts against the backend.</summary>
/// <remarks>Called under the lock of the <see cref="RunQueue"/> only.</remarks>
internal sealed class OneWaySource(IUdpForwarder forwarder, IPEndPoint local, Listener listener, Backend backend) : IDatagramSource
{
    public IPEndPoint LocalEndPoint { get; } = local;

    public void TakeReply(byte[] bytes)
    {
        // Nobody waits for it.
    }

    public void TakeError(PathError error) => forwarder.LostOneWay(listener, backend, error);
}
