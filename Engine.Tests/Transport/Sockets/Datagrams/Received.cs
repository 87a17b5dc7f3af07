// SPDX-License-Identifier: MIT
using System.Net;

namespace LbEngine.Tests.Transport.Sockets.Datagrams;

/// <summary>A datagram as it arrived.</summary>
internal sealed record Received(byte[] Bytes, IPEndPoint Source)
{
    public string Text => System.Text.Encoding.ASCII.GetString(Bytes);
}
