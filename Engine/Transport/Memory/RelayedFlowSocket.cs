// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Lifecycle;

namespace LbEngine.Testing;

/// <summary>What a flow's connected socket is to the other transports: a port of its own, and one backend. What comes after it was closed is lost.</summary>
/// <remarks>Called under the lock of the <see cref="RunQueue"/> only.</remarks>
internal sealed class RelayedFlowSocket(RelayedFlow flow, IPEndPoint local, IPEndPoint backend) : IDatagramSource
{
    /// <summary>What the backend sees as its client.</summary>
    public IPEndPoint LocalEndPoint { get; } = local;

    public IPEndPoint Backend { get; } = backend;

    public void TakeReply(byte[] bytes) => flow.TakeReply(this, bytes);

    public void TakeError(PathError error) => flow.TakeError(this, error);
}
